use super::*;
use comity_lab::ensemble::batch::{DesignRecord, FactorRecord};
use comity_lab::ensemble::design::Scale as Spacing;
use comity_lab::ensemble::experiment::Seeds;
use comity_lab::table::{Table, csv};

fn label(name: &str, words: &str) -> Label {
    Label {
        name: name.to_string(),
        label: words.to_string(),
    }
}

fn table(name: &str, text: &str) -> Table {
    csv::read(name, text.as_bytes(), &[]).unwrap()
}

/// Two arms and a metric, one of whose values is missing.
fn arms() -> ExperimentInput {
    ExperimentInput {
        title: "arms".to_string(),
        arms: vec![label("base", "as it was"), label("other", "another world")],
        metrics: vec![
            label("pacts", "Pacts in force (pacts)"),
            label("none", "Nothing"),
        ],
        branch: Some(3),
        tables: vec![
            table(
                "years",
                "run_id,arm,point,replicate,seed,year,defence_pacts,constant,empty\n\
                 0,base,0,0,1,1,3,2,\n0,base,0,0,1,2,4,2,\n0,base,0,0,1,3,5,2,\n\
                 1,other,0,0,1,1,3,2,\n1,other,0,0,1,2,,2,\n1,other,0,0,1,3,9,2,\n\
                 2,base,0,1,2,1,5,2,\n2,base,0,1,2,2,6,2,\n2,base,0,1,2,3,1,2,\n",
            ),
            table(
                "runs",
                "run_id,arm,point,replicate,pacts,none\n0,base,0,0,4,\n1,other,0,0,5,\n\
                 2,base,0,1,6,\n3,other,0,1,,\n",
            ),
            table(
                "summary",
                "arm,point,metric,runs,mean,low,high\nbase,0,pacts,2,5,-7.7,17.7\n\
                 other,0,pacts,1,5,,\nbase,0,none,0,,,\nother,0,none,0,,,\n",
            ),
            table(
                "differences",
                "metric,arm,baseline,runs,difference,low,high,share_positive\n\
                 pacts,other,base,2,1.5,-1,4,0.5\nnone,other,base,0,,,,\n",
            ),
            table(
                "replication",
                "arm,metric,replicates,mean,half_width\nbase,pacts,2,5,12.7\nbase,pacts,3,5,2.5\n\
                 other,pacts,2,5,0\nother,pacts,3,5,0\n",
            ),
            table(
                "needed",
                "arm,metric,replicates,half_width,wanted,needed\nbase,pacts,3,2.5,0.25,99\n",
            ),
        ],
        ..ExperimentInput::default()
    }
}

const LONG: &str = "partnership.extra_regional_stance_of_a_long_name";

/// A design of three factors over two arms; the points' means stand in `summary`.
fn sweep(method: &str, factors: &[&str], points: &[&[f64]]) -> ExperimentInput {
    let cell = |v: &f64| {
        if v.is_nan() {
            String::new()
        } else {
            v.to_string()
        }
    };
    let mut design = format!("point,{}\n", factors.join(","));
    let mut summary = "arm,point,metric,runs,mean,low,high\n".to_string();
    for (p, point) in points.iter().enumerate() {
        let cells: Vec<String> = point.iter().map(cell).collect();
        design.push_str(&format!("{p},{}\n", cells.join(",")));
        for (k, arm) in ["base", "other"].iter().enumerate() {
            let mean = (p * (k + 1)) as f64;
            let (low, high) = (mean - 2.0, mean + 2.0);
            summary.push_str(&format!("{arm},{p},pacts,4,{mean},{low},{high}\n"));
            summary.push_str(&format!("{arm},{p},none,0,,,\n"));
        }
    }
    let record = |name: &&str| FactorRecord {
        name: (*name).to_string(),
        label: (*name).to_string(),
        range: Some((0.01, 1.0, Spacing::Log)),
        values: Vec::new(),
    };
    ExperimentInput {
        factors: factors.iter().map(|f| label(f, f)).collect(),
        discovery: vec![label("many", "Pacts in force above 40")],
        design: Some(DesignRecord {
            method: method.to_string(),
            samples: 2,
            points: points.len(),
            second_order: true,
            levels: 4,
            seed: 1,
            seeds: Seeds::Common,
            factors: factors.iter().map(record).collect(),
        }),
        tables: vec![table("design", &design), table("summary", &summary)],
        ..arms()
    }
}

/// Every table that a design can have, for two arms, with gaps and wide intervals.
fn analysed(method: &str) -> ExperimentInput {
    let points: Vec<Vec<f64>> = (1..=12)
        .map(|p| vec![0.08 * f64::from(p), 1.0 / f64::from(p), 0.5])
        .collect();
    let points: Vec<&[f64]> = points.iter().map(Vec::as_slice).collect();
    let mut input = sweep(method, &["a", LONG, "c"], &points);
    let mut texts = [
        "arm,metric,parameter,S1,S1_conf,ST,ST_conf\n".to_string(),
        "arm,metric,parameter_1,parameter_2,S2,S2_conf\n".to_string(),
        "arm,metric,parameter,mu,mu_star,sigma,mu_star_conf\n".to_string(),
        "arm,metric,parameter,median,maximum\n".to_string(),
        "arm,metric,parameter,index,samples,value,conf\n".to_string(),
        "arm,metric,box,coverage,density,mass,chosen\n".to_string(),
        "arm,metric,box,parameter,low,high,quasi_p\n".to_string(),
    ];
    for arm in ["base", "other"] {
        for (k, factor) in ["a", LONG, "c"].iter().enumerate() {
            let s = 0.4 - 0.2 * k as f64;
            texts[0].push_str(&format!("{arm},pacts,{factor},{s},3,{},0.01\n", s + 0.1));
            texts[0].push_str(&format!("{arm},none,{factor},,,,\n"));
            texts[2].push_str(&format!(
                "{arm},pacts,{factor},0,{},{},5\n",
                s * 10.0,
                s * 9.0
            ));
            texts[3].push_str(&format!("{arm},pacts,{factor},{},0.9\n", s.abs()));
            for n in [8, 16] {
                texts[4].push_str(&format!("{arm},pacts,{factor},ST,{n},{s},2\n"));
                texts[4].push_str(&format!("{arm},pacts,{factor},S1,{n},{s},\n"));
            }
        }
        texts[0].push_str(&format!("{arm},pacts,dummy,0.1,,0.2,\n"));
        texts[1].push_str(&format!("{arm},pacts,a,{LONG},0.3,0.1\n"));
        texts[1].push_str(&format!(
            "{arm},pacts,a,c,-0.3,0.5\n{arm},pacts,{LONG},c,,\n"
        ));
        texts[5].push_str(&format!(
            "{arm},many,0,1,0.2,1,0\n{arm},many,1,0.8,0.7,0.3,1\n"
        ));
        texts[6].push_str(&format!("{arm},many,1,{LONG},0.1,0.2,0.0000001\n"));
        texts[6].push_str(&format!("{arm},many,1,a,0.9,1,0.04\n"));
    }
    let names = [
        "sobol",
        "sobol_second",
        "morris",
        "pawn",
        "convergence",
        "boxes",
        "box_limits",
    ];
    for (name, text) in names.iter().zip(&texts) {
        input.tables.push(table(name, text));
    }
    input
}

/// No text leaves the page or touches another, and both formats hold the figure.
fn check(input: &ExperimentInput, name: &str, words: &[&str]) {
    let drawing = lay_out(name, input).unwrap();
    let (width, height) = drawing.size();
    let texts = drawing.texts();
    for (text, f) in &texts {
        let inside = f.x >= 0.0 && f.y >= 0.0 && f.x + f.w <= width && f.y + f.h <= height;
        assert!(
            inside,
            "{name}: `{text}` is cut off: {f:?} of {width} × {height}"
        );
    }
    for (k, (text, a)) in texts.iter().enumerate() {
        for (other, b) in &texts[k + 1..] {
            let apart = a.x + a.w <= b.x || b.x + b.w <= a.x;
            let apart = apart || a.y + a.h <= b.y || b.y + b.h <= a.y;
            assert!(apart, "{name}: `{text}` touches `{other}`: {a:?}, {b:?}");
        }
    }
    let svg = String::from_utf8(render(name, input, ImageFormat::Svg).unwrap()).unwrap();
    for word in words {
        assert!(svg.contains(word), "{name} lacks `{word}`");
    }
    assert!(!caption(name).is_empty() && svg.contains("aria-label"));
}

#[test]
fn arms_are_compared() {
    let input = arms();
    let names = ["trends", "arms", "differences", "replication"];
    assert_eq!(available(&input), names);
    check(
        &input,
        "trends",
        &["Defence pacts", "another world", "the arms part"],
    );
    check(&input, "arms", &["Pacts in force (pacts)", "as it was"]);
    check(
        &input,
        "differences",
        &["difference from as it was", "50 %", "Nothing"],
    );
    check(
        &input,
        "replication",
        &["99 replicates would reach it", "replicates"],
    );
}

#[test]
fn many_runs_are_boxes_and_many_metrics_go_on_a_page() {
    let mut input = arms();
    let rows = (0..200).map(|r| format!("{r},base,0,{r},{},\n", r * r));
    let runs = "run_id,arm,point,replicate,pacts,none\n".to_string() + &rows.collect::<String>();
    input.tables.retain(|t| t.name != "runs");
    input.tables.push(table("runs", &runs));
    let of = |k: i32| {
        label(
            "pacts",
            &format!("Pacts in force, counted in the way number {k}"),
        )
    };
    input.metrics = (0..15).map(of).collect();
    check(&input, "arms", &["Boxes", "3 more metrics"]);
    check(&input, "replication", &["3 more metrics"]);
    check(&input, "differences", &["3 more metrics"]);
}

#[test]
fn factors_are_ranked() {
    let input = analysed("sobol");
    let names = [
        "indices-pacts",
        "second-order-pacts",
        "morris-pacts",
        "scatter-pacts",
        "convergence-pacts",
        "discovery-many",
    ];
    let found = available(&input);
    for name in names {
        assert!(found.contains(&name.to_string()), "{name} of {found:?}");
    }
    assert!(!found.contains(&"pawn-pacts".to_string()));
    check(
        &input,
        "indices-pacts",
        &["total (ST)", "dummy (ST)", "another world"],
    );
    assert!(!found.contains(&"indices-none".to_string()));
    check(&input, "second-order-pacts", &["0.30", "−0.30"]);
    check(&input, "morris-pacts", &["σ = μ*", "Ranked", "1 a"]);
    check(&input, "scatter-pacts", &["0.01", "Lines: means"]);
    check(
        &input,
        "convergence-pacts",
        &["first order (S1)", "base points"],
    );
    check(
        &input,
        "discovery-many",
        &["Chosen box", "p &lt; 0.001", "Pacts in force above 40"],
    );
}

#[test]
fn pawn_stands_in_for_indices() {
    let mut input = analysed("lhs");
    input
        .tables
        .retain(|t| !["sobol", "morris"].contains(&t.name.as_str()));
    check(&input, "pawn-pacts", &["median over slices", "greatest"]);
}

#[test]
fn responses_are_mapped() {
    let values = [0.01, 0.1, 1.0];
    let grid: Vec<[f64; 2]> = values
        .iter()
        .flat_map(|&a| values.map(|b| [a, b]))
        .collect();
    let grid: Vec<&[f64]> = grid.iter().map(|p| &p[..]).collect();
    let input = sweep("grid", &["a", LONG], &grid);
    check(&input, "phase-pacts", &["0.01", "as it was", "16"]);
    let line: Vec<&[f64]> = vec![&[0.01], &[0.1], &[1.0]];
    check(
        &sweep("grid", &["a"], &line),
        "phase-pacts",
        &["0.1", "another world"],
    );
    let nan = f64::NAN;
    let single = [[nan, nan], [0.01, nan], [1.0, nan], [nan, 0.1], [nan, 0.4]];
    let single: Vec<&[f64]> = single.iter().map(|p| &p[..]).collect();
    let input = sweep("one_at_a_time", &["a", LONG], &single);
    check(&input, "phase-pacts", &["own values"]);
}

#[test]
fn what_is_not_there_is_named() {
    let error = render("trends", &ExperimentInput::default(), ImageFormat::Svg).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("its tables are not in the result")
    );
    let error = render("trend", &arms(), ImageFormat::Svg).unwrap_err();
    assert!(error.to_string().contains("trends, arms"), "{error}");
    assert!(available(&ExperimentInput::default()).is_empty());
    assert!(caption("world").is_empty() && title("phase-pacts") == "Response to the factors");
}

#[test]
fn files_are_written_until_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let stop = AtomicBool::new(false);
    let draw = |stop| draw_all(&arms(), folder.path(), &[ImageFormat::Svg], Some(stop)).unwrap();
    let files = draw(&stop).unwrap();
    assert_eq!(files.len(), 4);
    assert!(files.iter().all(|f| f.is_file()));
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(draw(&stop), None);
}
