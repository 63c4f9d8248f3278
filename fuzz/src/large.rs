//! Large inputs that repeat themselves: what they are made of instead of their bytes. Longer than
//! what cargo-fuzz mutates, they are for the replay alone.

/// Target, name, beginning, what is repeated, how often, end. `{k}` in what is repeated is
/// the number of the repetition, from 0.
type Large = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    usize,
    &'static str,
);

#[rustfmt::skip]
const LARGE: [Large; 22] = [
    ("scenario", "long-line", "title = \"", "x", 900_000, "\"\n"),
    ("manifest", "deep-objects", "", "{\"a\":", 100_000, ""),
    ("sets", "many", "alliance.reactance", "\n0.5", 100_000, "\n"),
    ("published", "long-cell", "atopid,member,yrent,ineffect,yrexit,defense,offense,neutral,nonagg,consul\n1,", "9", 300_000, "\n"),
    ("manifest", "deep", "{\"program\": ", "[", 300_000, ""),
    ("table", "long-cell", "a\n", "x", 300_000, "\n"),
    ("table", "deep-json", "", "[", 300_000, ""),
    ("scenario", "deep-inline", "a", " = {b", 50_000, " = "),
    ("scenario", "many-treatments", "title = \"T\"\npurpose = \"P\"\nyears = 10\n[stylised]\nstates = 8\nregions = 2\npoles = [0.6, 0.4]\n", "[[schedule]]\nfrom = 0\nadd = { \"state.awareness\" = 0.1 }\n", 4_000, ""),
    ("request", "long-path", "GET /api/run?", "a", 200_000, " HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"),
    ("request", "long-header", "GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\nX: ", "a", 200_000, "\r\n\r\n"),
    ("manifest", "long", "{\"program\":\"", "c", 200_000, "\"}"),
    ("experiment", "long-line", "question = \"", "x", 200_000, "\"\n"),
    ("experiment", "deep", "a = ", "[", 200_000, ""),
    ("scenario", "deep-tables", "[", "a.", 100_000, "a]\n"),
    ("scenario", "deep-lists", "a = ", "[", 200_000, ""),
    ("published", "wide", "", "x,", 99_999, "x\n"),
    ("claims", "deep", "[claims", ".a", 50_001, "]\n"),
    ("scenario", "long-key", "", "k", 100_000, " = 1\n"),
    ("scenario", "many-keys", "title = \"T\"\npurpose = \"P\"\nyears = 10\n[stylised]\nstates = 8\nregions = 2\npoles = [0.6, 0.4]\n[parameters.alliance]\n", "k{k} = {k}\n", 30_000, ""),
    ("claims", "many", "title = \"E\"\nquestion = \"Q?\"\nscenario = \"s2-bipolar\"\nreplicates = 3\n[arms.a]\n[arms.b]\n[metrics.pacts]\ncolumn = \"defence_pacts\"\n", "[claims.X{k}]\nstatement = \"s\"\ncontrast = [\"b\", \"a\"]\nmetric = \"pacts\"\ntest = \"paired_difference\"\nexpect = \"decrease\"\n", 3_000, ""),
    ("experiment", "many-metrics", "title = \"E\"\nquestion = \"Q?\"\nscenario = \"s2-bipolar\"\nreplicates = 3\n", "[metrics.m{k}]\ncolumn = \"defence_pacts\"\n", 3_000, ""),
];

/// The large inputs of a target, by name.
pub fn of(target: &str) -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let own = LARGE.iter().filter(move |large| large.0 == target);
    own.map(|(_, name, begin, again, times, end)| {
        let numbered = |k: usize| again.replace("{k}", &k.to_string());
        let middle: String = match again.contains("{k}") {
            true => (0..*times).map(numbered).collect(),
            false => again.repeat(*times),
        };
        (*name, format!("{begin}{middle}{end}").into_bytes())
    })
}
