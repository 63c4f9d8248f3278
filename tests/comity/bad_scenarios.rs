//! Every kind of broken scenario ends in one message that says where, what was found
//! and what was expected.

use std::fs;
use std::path::Path;

/// A world of three states that is in order.
const WORLD: &str = r#"title = "Test"
purpose = "A world to break."
start_year = 1950
years = 10
[data]
states = "states.csv"
"#;

const STATES: &str = "\
ccode,abb,name,entry_year,exit_year,regions,capital_lat,capital_lon
1,AAA,Aland,1940,,north|south|north,10,20
2,BBB,Bland,1940,,north,11,21
3,CCC,Cland,1940,1955,south,-10,20
3,CCC,Cland,1958,,south,-10,20
";

const VALUES: &str = "\
ccode,year,cinc,polyarchy,gdp_per_capita
1,1950,0.2,0.5,1000
2,1950,0.1,,2000
3,1950,0.05,0.1,
";

const STYLISED: &str = "title = \"T\"\npurpose = \"P\"\nyears = 10\n[stylised]\n";

/// One broken scenario: the files of a folder, and overrides; `world.toml` is loaded.
struct Case {
    name: &'static str,
    files: Vec<(&'static str, Vec<u8>)>,
    overrides: Vec<String>,
}

/// `world.toml` and the tables.
fn case(name: &'static str, world: impl Into<Vec<u8>>) -> Case {
    Case {
        name,
        files: vec![("world.toml", world.into()), ("states.csv", STATES.into())],
        overrides: Vec::new(),
    }
}

/// The good world with these lines after it.
fn after(name: &'static str, lines: &str) -> Case {
    case(name, format!("{WORLD}{lines}\n"))
}

/// The good world with these lines before its `[data]`.
fn before(name: &'static str, lines: &str) -> Case {
    case(name, WORLD.replace("[data]", &format!("{lines}\n[data]")))
}

/// The good world with another table `key` of this text.
fn table(name: &'static str, key: &str, text: &'static str) -> Case {
    let file = match key {
        "states" => "states.csv",
        _ => "table.csv",
    };
    let world = if key == "states" {
        WORLD.to_string()
    } else {
        format!("{WORLD}{key} = \"table.csv\"\n")
    };
    let mut case = case(name, world);
    case.files.push((file, text.into()));
    case
}

fn overridden(name: &'static str, text: &str) -> Case {
    let mut case = case(name, WORLD);
    case.overrides.push(text.to_string());
    case
}

impl Case {
    fn with(mut self, file: &'static str, text: impl Into<Vec<u8>>) -> Self {
        self.files.push((file, text.into()));
        self
    }

    /// The message, with paths relative to the folder; `Ok` if it loads.
    fn message(&self, folder: &Path) -> Result<String, String> {
        for (file, text) in &self.files {
            fs::write(folder.join(file), text).unwrap();
        }
        let world = folder.join("world.toml");
        match comity::scenario::load(world.to_str().unwrap(), &self.overrides) {
            Ok(_) => Ok(String::new()),
            Err(e) => Err(e.to_string().replace(&format!("{}/", folder.display()), "")),
        }
    }
}

fn files() -> Vec<Case> {
    let mut huge = case("huge", "");
    huge.files.clear();
    vec![
        case("empty", " \n"),
        case("not UTF-8", b"title = \"T\"\npurpose = \"\xff\"\n".to_vec()),
        case("syntax error", "title = \"T\"\nyears = = 3\n"),
        case("unclosed text", "title = \"T\nyears = 3\n"),
        case("doubled key", "title = \"T\"\ntitle = \"U\"\n"),
        case("date", format!("start_year = 1950-01-01\n{STYLISED}")),
        case("deep lists", format!("a = {}", "[".repeat(300_000))),
        case("deep tables", format!("[{}a]", "a.".repeat(300_000))),
        case("too large", format!("# {}", "x".repeat(1 << 20))),
        case("no title", "purpose = \"P\"\nyears = 3\n[stylised]\n"),
        case("extends nothing", "extends = \"nowhere.toml\"\n"),
        case("extends misspelt", "extends = \"history-1964\"\n"),
        case("extends a number", "extends = 3\n"),
        case("extends itself", "extends = \"world.toml\"\n"),
        case("extends in a circle", "\nextends = \"other.toml\"\n")
            .with("other.toml", "extends = \"world.toml\"\n"),
        case("extends a broken file", "extends = \"other.toml\"\n")
            .with("other.toml", format!("{STYLISED}states = \"many\"\n")),
        case(
            "drops an unknown entry",
            "extends = \"other.toml\"\ndrop_schedule = [\"puls\"]\n",
        )
        .with(
            "other.toml",
            format!("{STYLISED}[[schedule]]\nid = \"pulse\"\nfrom = 1\nblock = \"founding\"\n"),
        ),
        case(
            "drops a number",
            "extends = \"s2-bipolar.toml\"\ndrop_schedule = [3]\n",
        ),
        overridden("override without value", "years"),
        overridden("override of a bad path", "years..x=3"),
        overridden("override of an unknown key", "yeers=3"),
        overridden("override inside a number", "years.x=3"),
        overridden("override of a wrong type", "years=many"),
        overridden("override with broken TOML", "years=[3"),
        overridden("override out of range", "parameters.alliance.reactance=-1"),
        overridden(
            "override of an unknown parameter",
            "parameters.alliance.reactence=1",
        ),
        overridden("override beyond a list", "schedule.0.from=3"),
    ]
}

fn keys() -> Vec<Case> {
    vec![
        before("unknown key", "yeers = 3"),
        after("unknown nested key", "[governance]\nregionl = true"),
        after("unknown table", "[weather]\nrain = 3"),
        case(
            "unknown key of many lines",
            format!("\"{}\" = 3\n{WORLD}", "long\\n".repeat(40)),
        ),
        before("wrong type", "update_order = 3"),
        before("unknown choice", "update_order = \"randm\""),
        before("unknown variant", "variant = \"tiny\""),
        after(
            "text for a number",
            "[parameters.alliance]\nreactance = \"high\"",
        ),
        after("number for a switch", "[processes]\naid = 1"),
        after(
            "misspelt parameter",
            "[parameters.alliance]\n\nreactence = 0.2",
        ),
        after("misspelt group", "[parameters.aliance]\nreactance = 0.2"),
        after("unknown group", "[parameters.weather]"),
        after("out of range", "[parameters.alliance]\nreactance = -1.0"),
        after("share above 1", "[parameters.awareness]\nrate = 2"),
        after(
            "count with a fraction",
            "[parameters.response]\nrepeat_months = 2.5",
        ),
        after("NaN parameter", "[parameters.alliance]\nreactance = nan"),
        after("infinite parameter", "[parameters.dispute]\nbase = -inf"),
        after("unknown process", "[processes]\nfoundings = false"),
        after("both worlds", "[stylised]"),
        case(
            "neither world",
            "title = \"T\"\npurpose = \"P\"\nyears = 3\n",
        ),
        case("no years", WORLD.replace("years = 10", "")),
        case("years 0", WORLD.replace("years = 10", "years = 0")),
        case("years negative", WORLD.replace("years = 10", "years = -5")),
        case(
            "years with a fraction",
            WORLD.replace("years = 10", "years = 1.5"),
        ),
        before("burn-in with data", "burn_in = 5"),
        case(
            "poles do not sum",
            format!("{STYLISED}poles = [0.4, 0.4]\n"),
        ),
        case("pole of nothing", format!("{STYLISED}poles = [1.0, 0.0]\n")),
        case("no poles", format!("{STYLISED}poles = []\n")),
        case(
            "too many poles",
            format!("{STYLISED}states = 2\nregions = 1\nneighbours = 1\n"),
        ),
        case("one state", format!("{STYLISED}states = 1\n")),
        case(
            "more regions than states",
            format!("{STYLISED}states = 8\nregions = 9\n"),
        ),
        case(
            "poles hold all",
            format!("{STYLISED}pole_capability = 1.0\n"),
        ),
        case(
            "antagonism above 1",
            format!("{STYLISED}antagonism = 1.5\n"),
        ),
        case(
            "log capability of three",
            format!("{STYLISED}log_capability = [1.0, 2.0, 3.0]\n"),
        ),
        case(
            "negative spread",
            format!("{STYLISED}log_capability = [1.0, -2.0]\n"),
        ),
        after("budget 0", "[governance]\ntotal_budget = 0"),
        after(
            "institutions without any",
            "[institutions]\nmode = \"as_of_2005\"",
        ),
        after(
            "institution in no region",
            "[institutions]\nmode = \"x\"\n[[institutions.partnership]]\nname = \"B\"",
        ),
        after(
            "institution of later",
            "[institutions]\nmode = \"x\"\n[[institutions.partnership]]\nname = \"B\"\nregion = \"north\"\nstart_year = 1990",
        ),
        after(
            "institution with an unknown agreement",
            "[institutions]\nmode = \"x\"\n[[institutions.partnership]]\nname = \"B\"\nregion = \"north\"\nagreements = [\"int_boarder\"]",
        ),
        after(
            "institution with one member",
            "[institutions]\nmode = \"x\"\n[[institutions.pact]]\nname = \"B\"\nkind = \"defence\"\nmembers = [\"AAA\"]",
        ),
        after(
            "institution without a name",
            "[institutions]\nmode = \"x\"\n[[institutions.partnership]]\nregion = \"north\"",
        ),
        after("region filter unknown", "regions = [\"west\"]"),
    ]
}

fn entry(name: &'static str, lines: &str) -> Case {
    after(name, &format!("[[schedule]]\n{lines}"))
}

fn schedule() -> Vec<Case> {
    vec![
        entry("no time", "block = \"founding\""),
        entry("before the run", "from = 1949\nblock = \"founding\""),
        entry("after the run", "from = 1960\nblock = \"founding\""),
        entry(
            "until after the run",
            "from = 1955\nuntil = 1960\nblock = \"founding\"",
        ),
        entry(
            "until before from",
            "from = 1955\nuntil = 1954\nblock = \"founding\"",
        ),
        entry("no action", "from = 1950"),
        entry(
            "two actions",
            "from = 1950\nforce = { \"state.awareness\" = 1 }\nblock = \"founding\"",
        ),
        entry("empty action", "from = 1950\nforce = {}"),
        entry(
            "unknown verb",
            "from = 1950\nforces = { \"state.awareness\" = 1 }",
        ),
        entry(
            "unknown target",
            "from = 1950\nforce = { \"state.awarenes\" = 1 }",
        ),
        entry(
            "unquoted target",
            "from = 1950\nforce = { state.awareness = 1 }",
        ),
        entry(
            "target out of range",
            "from = 1950\nforce = { \"state.awareness\" = 1.5 }",
        ),
        entry(
            "target NaN",
            "from = 1950\nadd = { \"state.awareness\" = nan }",
        ),
        entry(
            "negative factor",
            "from = 1950\nscale = { \"state.capability\" = -2.0 }",
        ),
        entry("unknown event", "from = 1950\nblock = \"founding_\""),
        entry(
            "unknown event in a list",
            "from = 1950\nblock = [\"founding\", \"vetos\"]",
        ),
        entry(
            "unknown region in it",
            "from = 1950\nregion = \"nort\"\nblock = \"founding\"",
        ),
        entry(
            "unknown state in it",
            "from = 1950\nstates = [\"AAA\", \"AAB\"]\nblock = \"founding\"",
        ),
        entry(
            "no states in it",
            "from = 1950\nstates = []\nblock = \"founding\"",
        ),
        entry(
            "set an unknown parameter",
            "from = 1950\nset = { \"parameters.alliance.reactence\" = 0 }",
        ),
        entry(
            "set out of range",
            "from = 1950\nset = { \"parameters.alliance.reactance\" = -1 }",
        ),
        entry(
            "set a process to a number",
            "from = 1950\nset = { \"processes.aid\" = 1 }",
        ),
        entry(
            "set a parameter to true",
            "from = 1950\nset = { \"parameters.alliance.reactance\" = true }",
        ),
        entry(
            "set something else",
            "from = 1950\nset = { \"goverance.global\" = true }",
        ),
        entry(
            "set unquoted",
            "from = 1950\nset = { processes.aid = true }",
        ),
        entry(
            "rivalry of three",
            "from = 1950\ninsert = { rivalry = [\"AAA\", \"BBB\", \"CCC\"] }",
        ),
        entry(
            "rivalry with itself",
            "from = 1950\ninsert = { rivalry = [\"AAA\", \"AAA\"] }",
        ),
        entry(
            "state out of the system",
            "from = 1956\ninsert = { rivalry = [\"AAA\", \"CCC\"] }",
        ),
        entry(
            "pact of an unknown kind",
            "from = 1950\ninsert = { pact = { kind = \"defense\", members = [\"AAA\", \"BBB\"] } }",
        ),
        entry(
            "base without a region",
            "from = 1950\ninsert = { base = \"AAA\" }",
        ),
        entry(
            "stance out of range",
            "from = 1950\nregion = \"north\"\ninsert = { participant = { state = \"AAA\", stance = 2 } }",
        ),
        entry("unknown thing", "from = 1950\ninsert = { bases = \"AAA\" }"),
        after(
            "doubled id",
            "[[schedule]]\nid = \"a\"\nfrom = 1950\nblock = \"veto\"\n[[schedule]]\nid = \"a\"\nfrom = 1951\nblock = \"veto\"",
        ),
    ]
}

const HEAD: &str = "ccode,abb,name,entry_year,exit_year,regions,capital_lat,capital_lon";

fn tables() -> Vec<Case> {
    let states =
        |name, rows: &str| case(name, WORLD).with("states.csv", format!("{HEAD}\n{rows}\n"));
    let values = |name, rows: &str| {
        after(name, "state_years = \"t.csv\"").with("t.csv", format!("{VALUES}{rows}\n"))
    };
    let pacts = |name, key: &str, rows: &str| {
        let head = "source,pact,kind,ccode,entry_year,exit_year";
        after(name, &format!("pacts = \"t.csv\"\n{key}")).with("t.csv", format!("{head}\n{rows}\n"))
    };
    vec![
        after("missing table", "rivalries = \"nowhere.csv\""),
        table("empty table", "states", ""),
        table(
            "table without rows",
            "states",
            "ccode,abb,name,entry_year,exit_year,regions,capital_lat,capital_lon\n",
        ),
        table(
            "missing column",
            "states",
            "ccode,abb,name,entry,exit_year,regions,capital_lat,capital_lon\n",
        ),
        table(
            "doubled column",
            "powers",
            "ccode,from_year,to_year,ccode\n",
        ),
        case("table not UTF-8", WORLD).with(
            "states.csv",
            [HEAD.as_bytes(), b"\n1,A\xff,x,1,,,1,1\n"].concat(),
        ),
        states("row too short", "1,AAA,Aland,1940"),
        states("code no number", "one,AAA,Aland,1940,,,10,20"),
        states("code missing", ",AAA,Aland,1940,,,10,20"),
        states("exit before entry", "1,AAA,Aland,1940,1939,,10,20"),
        states("latitude out of range", "1,AAA,Aland,1940,,,91,20"),
        states(
            "duplicate state",
            "1,AAA,Aland,1940,,,10,20\n1,AAA,Aland,1940,,,10,20",
        ),
        states(
            "overlapping spells",
            "1,AAA,Aland,1940,1950,,10,20\n1,AAA,Aland,1950,,,10,20",
        ),
        states(
            "duplicate abbreviation",
            "1,AAA,Aland,1940,,,10,20\n2,AAA,Bland,1940,,,10,20",
        ),
        states("nobody in the system", "1,AAA,Aland,1900,1910,,10,20"),
        case("duplicate stream_id", WORLD).with(
            "states.csv",
            format!("{HEAD},stream_id\n1,AAA,A,1940,,,1,2,7\n2,BBB,B,1940,,,1,2,7\n"),
        ),
        case("missing stream_id", WORLD).with(
            "states.csv",
            format!("{HEAD},stream_id\n1,AAA,A,1940,,,1,2,\n"),
        ),
        after("plane without coordinates", "geometry = \"plane\""),
        values("negative capability", "1,1951,-0.1,0.5,1000"),
        values("NaN capability", "1,1951,NaN,0.5,1000"),
        values("infinite capability", "1,1951,inf,0.5,1000"),
        values("capability above 1", "1,1951,1.1,0.5,1000"),
        values("bad number", "1,1951,0.1x,0.5,1000"),
        values("duplicate year", "1,1950,0.1,0.5,1000"),
        values("unknown state", "9,1950,0.1,0.5,1000"),
        table(
            "no value at all",
            "state_years",
            "ccode,year,cinc,polyarchy,gdp_per_capita\n1,1950,0.1,,100\n",
        ),
        table(
            "pair with an unknown state",
            "rivalries",
            "ccode1,ccode2,from_year,to_year\n1,9,1950,\n",
        ),
        table(
            "pair of one state",
            "rivalries",
            "ccode1,ccode2,from_year,to_year\n1,1,1950,\n",
        ),
        table(
            "pair that ends first",
            "rivalries",
            "ccode1,ccode2,from_year,to_year\n1,2,1950,1940\n",
        ),
        table(
            "contiguity of an unknown kind",
            "contiguity",
            "ccode1,ccode2,kind,from_year,to_year\n1,2,7,1950,\n",
        ),
        pacts(
            "pact with an unknown member",
            "",
            "S,P1,defence,1,1940,\nS,P1,defence,9,1940,",
        ),
        pacts(
            "pact of an unknown kind in a table",
            "",
            "S,P1,defense,1,1940,",
        ),
        pacts(
            "unknown pact source",
            "pact_source = \"COW\"",
            "S,P1,defence,1,1940,\nT,P1,defence,1,1940,",
        ),
        pacts(
            "no pact source",
            "",
            "S,P1,defence,1,1940,\nT,P1,defence,1,1940,",
        ),
    ]
}

/// All messages of these cases, one line each.
fn messages(cases: Vec<Case>) -> String {
    let mut text = String::new();
    for case in cases {
        let folder = tempfile::tempdir().unwrap();
        let Err(message) = case.message(folder.path()) else {
            panic!("{}: is loaded, but is broken", case.name);
        };
        assert!(
            !message.contains('\n'),
            "{}: more than one line: {message}",
            case.name
        );
        text.push_str(&format!("{}\n    {message}\n", case.name));
    }
    text
}

#[test]
fn broken_files_and_overrides() {
    insta::assert_snapshot!(messages(files()));
}

#[test]
fn broken_keys_and_values() {
    insta::assert_snapshot!(messages(keys()));
}

#[test]
fn broken_treatments() {
    insta::assert_snapshot!(messages(schedule()));
}

#[test]
fn broken_tables() {
    insta::assert_snapshot!(messages(tables()));
}

#[test]
fn a_missing_file_is_named() {
    let error = comity::scenario::load("nowhere/world.toml", &[]).unwrap_err();
    insta::assert_snapshot!(error.to_string(), @r#"found no file and no shipped scenario "nowhere/world.toml""#);
}

#[test]
fn a_folder_is_no_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let error = comity::scenario::load(folder.path().to_str().unwrap(), &[]).unwrap_err();
    assert_eq!(error.problem, "found a folder, expected a file");
}

/// Whoever opened a pipe that nobody writes to would wait for ever.
#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_at_once() {
    let pipe = tempfile::tempdir().unwrap();
    let pipe = pipe.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    for path in [pipe.to_str().unwrap(), "/dev/null"] {
        let found = format!("{path}: found a pipe, socket or device, expected a file\n");
        let of = |case: Case| messages(vec![case]).replace("case\n    ", "");
        let extended = case("case", format!("extends = \"{path}\"\n"));
        assert_eq!(of(extended), found);
        let world = WORLD.replace("states.csv", path);
        assert_eq!(of(case("case", world)), found);
    }
}

#[test]
fn a_huge_file_is_refused_without_reading_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.toml");
    fs::File::create(&path).unwrap().set_len(100 << 20).unwrap();
    let start = std::time::Instant::now();
    let error = comity::scenario::load(path.to_str().unwrap(), &[]).unwrap_err();
    assert_eq!(error.problem, "found 100 MB, expected at most 1 MB");
    assert!(start.elapsed().as_millis() < 100);
}

#[test]
fn the_world_that_the_cases_break_is_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let good = after("good", "state_years = \"t.csv\"").with("t.csv", VALUES);
    assert_eq!(good.message(folder.path()), Ok(String::new()));
}
