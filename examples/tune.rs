use comity::{analysis::moments::moments, scenario, simulation};
use rayon::prelude::*;
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let first: u64 = args[0].parse().unwrap();
    let count: u64 = args[1].parse().unwrap();
    let s = scenario::load("history-1946", &args[2..]).unwrap();
    let t = std::time::Instant::now();
    let runs: Vec<_> = (first..first + count)
        .into_par_iter()
        .map(|seed| simulation::run(&s, seed))
        .collect();
    eprintln!("{:.3} s", t.elapsed().as_secs_f64());
    let obs: Vec<(f64, f64)> = std::fs::read_to_string("data/moments.csv")
        .unwrap()
        .lines()
        .skip(1)
        .map(|l| {
            let c: Vec<&str> = l.rsplitn(3, ',').collect();
            (c[1].parse().unwrap(), c[0].parse().unwrap())
        })
        .collect();
    let all: Vec<Vec<(&str, f64)>> = runs.iter().map(|r| moments(&r.world)).collect();
    let ref_ = [
        45., 29., 64., 0.66, 3.4, 2., 21.6, 6.8, 0.68, 2.6, 2.4, 0.033, 0.83, 0.068, 2.95, 72.7,
    ];
    for k in 0..16 {
        let mut v: Vec<f64> = all.iter().map(|m| m[k].1).collect();
        v.sort_by(f64::total_cmp);
        let mean = v.iter().sum::<f64>() / v.len() as f64;
        let d = |x: f64| ((x - obs[k].0).abs() / obs[k].0).min((x - obs[k].1).abs() / obs[k].1);
        println!(
            "{:30} obs {:7.3} {:7.3}  sim {:7.3} [{:7.3},{:7.3}]  dist {:.3} ref {:.3} {}",
            all[0][k].0,
            obs[k].0,
            obs[k].1,
            mean,
            v[v.len() / 20],
            v[v.len() - 1 - v.len() / 20],
            d(mean),
            d(ref_[k]),
            if d(mean) > d(ref_[k]) + 0.10 {
                "WORSE"
            } else if d(mean) > d(ref_[k]) * 1.1 + 1e-9 {
                "w"
            } else {
                ""
            }
        );
    }
    let yr = |y: i64, f: &dyn Fn(&comity::observe::records::WorldYear) -> f64| -> f64 {
        let v: Vec<f64> = runs
            .iter()
            .flat_map(|r| r.world.iter().filter(|w| w.year == y).map(f))
            .filter(|x| !x.is_nan())
            .collect();
        v.iter().sum::<f64>() / v.len() as f64
    };
    for y in [1946, 1950, 1955, 1965, 1975, 1988, 1995, 2005, 2016] {
        println!(
            "{y}: n {:.0} DP {:.1} multi {:.1} msz {:.1} new {:.2} newm {:.2} aw {:.2} C {:.2} threat {:.2} W {:.3} Wc {:.2} disp {:.2}/1000 wars {:.2} dom {:.2} partn {:.1} I {:.2} inP {:.2} cult {:.3} denat {:.2} comm {:.2} good {:.2}/{:.2}/{:.2}/{:.2}/{:.2} lossH {:.2} aid {:.3} cri {:.1} set {:.1} nondef {:.1}",
            yr(y, &|w| w.states as f64),
            yr(y, &|w| w.defence_pacts as f64),
            yr(y, &|w| w.multilateral_defence_pacts as f64),
            yr(y, &|w| w.mean_size_multilateral),
            yr(y, &|w| w.new_defence_pacts as f64),
            yr(y, &|w| w.new_multilateral_defence_pacts as f64),
            yr(y, &|w| w.awareness),
            yr(y, &|w| w.competition),
            yr(y, &|w| w.threat),
            yr(y, &|w| w.interdependence),
            yr(y, &|w| w.interdependence_contiguous),
            yr(y, &|w| w.disputes_per_1000_dyads),
            yr(y, &|w| w.wars as f64),
            yr(y, &|w| w.domestic_share),
            yr(y, &|w| w.partnerships as f64),
            yr(y, &|w| w.institutionalisation),
            yr(y, &|w| w.share_in_partnerships),
            yr(y, &|w| w.culture_dispersion),
            yr(y, &|w| w.denationalisation),
            yr(y, &|w| w.community_share),
            yr(y, &|w| w.provision_state),
            yr(y, &|w| w.provision_regional),
            yr(y, &|w| w.provision_global),
            yr(y, &|w| w.provision_combined),
            yr(y, &|w| w.provision),
            yr(y, &|w| w.unmet_loss),
            yr(y, &|w| w.aid),
            yr(y, &|w| w.crises as f64),
            yr(y, &|w| w.crises_settled as f64),
            yr(
                y,
                &|w| (w.neutrality_pacts + w.nonaggression_pacts + w.ententes) as f64
            )
        );
    }
    for name in [
        "europe",
        "east_asia",
        "central_asia",
        "africa",
        "eu_neighbourhood",
        "americas",
        "middle_east",
        "northeast_asia",
        "south_asia",
        "oceania",
    ] {
        let f = |y: i64| {
            let v: Vec<_> = runs
                .iter()
                .flat_map(|r| r.regions.iter().filter(|w| w.year == y && w.region == name))
                .collect();
            let n = v.len() as f64;
            (
                v.iter().filter(|w| w.members > 0).count() as f64 / n,
                v.iter().map(|w| w.institutionalisation).sum::<f64>() / n,
                v.iter().map(|w| w.competition).sum::<f64>() / n,
                v.iter().map(|w| w.value).sum::<f64>() / n,
                v.iter().map(|w| w.awareness).sum::<f64>() / n,
            )
        };
        print!("{name:17}");
        for y in [1955, 1975, 1988, 2005] {
            let (a, b, c, v, aw) = f(y);
            print!(" {y}: p {a:.2} I {b:.2} C {c:.2} V {v:+.2} a {aw:.2}|");
        }
        println!();
    }
    let mut wars = 0.0;
    let mut dy = 0.0;
    for r in &runs {
        for w in r.world.iter().filter(|w| w.year <= 1988) {
            wars += w.wars as f64;
            dy += (w.states * (w.states - 1)) as f64 / 2.0;
        }
    }
    println!("wars/1000 dyad-years {:.4}", 1000.0 * wars / dy);
    for (a, b) in [(1946, 1955), (1956, 1965), (1966, 1975), (1976, 1988)] {
        let mut d = 0.0;
        let mut dy = 0.0;
        let mut dom = 0.0;
        let mut c = 0.0;
        for r in &runs {
            for w in r.world.iter().filter(|w| w.year >= a && w.year <= b) {
                d += w.disputes as f64;
                dy += (w.states * (w.states - 1)) as f64 / 2.0;
                dom += w.domestic_share;
                c += 1.0;
            }
        }
        println!("{a}-{b}: onsets {:.2} dom {:.3}", 1000.0 * d / dy, dom / c);
    }
}
