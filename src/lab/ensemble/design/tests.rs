use super::*;

fn factor(name: &str, low: f64, high: f64, scale: Scale) -> Factor {
    Factor {
        name: name.to_string(),
        low,
        high,
        scale,
    }
}

/// `d` factors on [0, 1].
fn unit(d: usize) -> Vec<Factor> {
    let name = |j| format!("x{j}");
    (0..d)
        .map(|j| factor(&name(j), 0.0, 1.0, Scale::Linear))
        .collect()
}

fn refused(factors: &[Factor], method: &Method) -> String {
    points(factors, method, 0).unwrap_err().to_string()
}

fn sobol(samples: usize, second_order: bool, scramble: bool) -> Method {
    Method::Sobol {
        samples,
        second_order,
        scramble,
    }
}

#[test]
fn scales_carry_the_unit_interval() {
    let log = factor("l", 0.01, 100.0, Scale::Log);
    assert!((log.at(0.5) - 1.0).abs() < 1e-12);
    assert_eq!((log.at(0.0), log.at(1.0)), (0.01, 100.0));
    let whole = factor("i", -1.0, 2.0, Scale::Integer);
    let values: Vec<f64> = (0..8).map(|k| whole.at(f64::from(k) / 8.0)).collect();
    assert_eq!(values, [-1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 2.0, 2.0]);
    assert_eq!(whole.at(1.0), 2.0);
    assert_eq!(whole.levels(9), [-1.0, 0.0, 1.0, 2.0]);
    assert_eq!(whole.levels(2), [-1.0, 2.0]);
}

#[test]
fn without_factors_there_is_one_empty_point() {
    for method in [
        Method::Grid { levels: 3 },
        Method::LatinHypercube { samples: 10 },
        sobol(8, true, true),
    ] {
        assert_eq!(points(&[], &method, 0).unwrap(), vec![Vec::<f64>::new()]);
        assert_eq!(count(&[], &method).unwrap(), 1);
    }
}

#[test]
fn the_grid_has_every_combination_and_the_last_factor_changes_fastest() {
    let factors = [
        factor("a", 0.0, 2.0, Scale::Linear),
        factor("b", 1.0, 2.0, Scale::Integer),
    ];
    let rows = points(&factors, &Method::Grid { levels: 3 }, 0).unwrap();
    let expected = [[0., 1.], [0., 2.], [1., 1.], [1., 2.], [2., 1.], [2., 2.]];
    assert_eq!(rows, expected.map(|row| row.to_vec()));
}

#[test]
fn one_at_a_time_leaves_the_others_at_the_baseline() {
    let method = Method::OneAtATime {
        levels: 3,
        baseline: vec![0.2, 0.7],
    };
    let rows = points(&unit(2), &method, 0).unwrap();
    let expected = [
        [0.2, 0.7],
        [0.0, 0.7],
        [0.5, 0.7],
        [1.0, 0.7],
        [0.2, 0.0],
        [0.2, 0.5],
        [0.2, 1.0],
    ];
    assert_eq!(rows, expected.map(|row| row.to_vec()));
    let missing = Method::OneAtATime {
        levels: 3,
        baseline: vec![0.2],
    };
    assert_eq!(
        refused(&unit(2), &missing),
        "baseline: found 1 values, expected 2, one for each factor"
    );
}

#[test]
fn each_stratum_of_a_latin_hypercube_holds_one_point() {
    let method = Method::LatinHypercube { samples: 37 };
    let rows = points(&unit(4), &method, 5).unwrap();
    for j in 0..4 {
        let mut strata: Vec<usize> = rows.iter().map(|r| (r[j] * 37.0) as usize).collect();
        strata.sort_unstable();
        assert_eq!(strata, (0..37).collect::<Vec<_>>());
    }
    assert_eq!(rows, points(&unit(4), &method, 5).unwrap());
    assert_ne!(rows, points(&unit(4), &method, 6).unwrap());
}

/// Expected: `scipy.stats.qmc.Sobol(d, scramble=False)` of SciPy 1.17.
#[test]
fn the_sequence_is_that_of_joe_and_kuo() {
    let first = sequence::sobol(8, 16, None);
    assert_eq!(first[0], [0.0; 8]);
    assert_eq!(first[1], [0.5; 8]);
    assert_eq!(first[2], [0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75]);
    assert_eq!(
        first[13],
        [
            0.8125, 0.6875, 0.8125, 0.0625, 0.4375, 0.9375, 0.5625, 0.5625
        ]
    );
    let far = sequence::sobol(60, 1 << 17, None).swap_remove(100_000);
    for (j, value) in [
        (0, 0.06107330322265625),
        (1, 0.10758209228515625),
        (7, 0.03574371337890625),
        (31, 0.47466278076171875),
        (59, 0.8640975952148438),
    ] {
        assert_eq!(far[j], value, "dimension {j}");
    }
}

#[test]
fn scrambling_keeps_the_nets_and_moves_the_points() {
    let plain = sequence::sobol(6, 64, None);
    let rows = sequence::sobol(6, 64, Some(0));
    assert_ne!(rows, plain);
    assert_ne!(rows, sequence::sobol(6, 64, Some(1)));
    assert_eq!(rows[..32], sequence::sobol(6, 32, Some(0)));
    for j in 0..6 {
        let mut strata: Vec<usize> = rows.iter().map(|r| (r[j] * 64.0) as usize).collect();
        strata.sort_unstable();
        assert_eq!(strata, (0..64).collect::<Vec<_>>(), "dimension {j}");
    }
    // The first two dimensions are a (0, 6, 2)-net: one point in each 8 × 8 square.
    let mut squares: Vec<usize> = rows
        .iter()
        .map(|r| (r[0] * 8.0) as usize * 8 + (r[1] * 8.0) as usize)
        .collect();
    squares.sort_unstable();
    assert_eq!(squares, (0..64).collect::<Vec<_>>());
    // Each point is uniform over the seeds: the mean of the first one is a half.
    let firsts = (0..400).map(|seed| sequence::sobol(1, 1, Some(seed))[0][0]);
    assert!((firsts.sum::<f64>() / 400.0 - 0.5).abs() < 0.05);
}

#[test]
fn saltellis_rows_follow_salib() {
    let rows = points(&unit(2), &sobol(2, true, false), 0).unwrap();
    assert_eq!(rows.len(), 2 * 6);
    assert!(rows[..6].iter().all(|row| row == &[0.0, 0.0]));
    let base = sequence::sobol(4, 4, None);
    let (a, b) = base[2].split_at(2);
    let rows = points(&unit(2), &sobol(4, true, false), 0).unwrap();
    assert_eq!(rows[12], a);
    assert_eq!(rows[13], [b[0], a[1]]);
    assert_eq!(rows[14], [a[0], b[1]]);
    assert_eq!(rows[15], [a[0], b[1]]);
    assert_eq!(rows[16], [b[0], a[1]]);
    assert_eq!(rows[17], b);
    let first_order = points(&unit(2), &sobol(4, false, false), 0).unwrap();
    assert_eq!(first_order[8..12], [&rows[12..15], &rows[17..18]].concat());
}

#[test]
fn trajectories_move_each_factor_once_by_delta() {
    for levels in [4, 6, 8] {
        let method = Method::Morris {
            trajectories: 500,
            levels,
        };
        let rows = points(&unit(3), &method, 9).unwrap();
        let delta = levels as f64 / (2 * (levels - 1)) as f64;
        let mut visits = vec![0usize; levels];
        for trajectory in rows.chunks(4) {
            let mut moved = Vec::new();
            for (a, b) in trajectory.iter().zip(&trajectory[1..]) {
                let changed: Vec<usize> = (0..3).filter(|&j| a[j] != b[j]).collect();
                assert_eq!(changed.len(), 1);
                assert!(((a[changed[0]] - b[changed[0]]).abs() - delta).abs() < 1e-12);
                moved.push(changed[0]);
            }
            moved.sort_unstable();
            assert_eq!(moved, [0, 1, 2]);
            for u in &trajectory[0] {
                visits[libm::round(u * (levels - 1) as f64) as usize] += 1;
            }
        }
        let even = 1500.0 / levels as f64;
        assert!(
            visits
                .iter()
                .all(|&v| (v as f64 - even).abs() < 0.25 * even)
        );
    }
    let shorter = Method::Morris {
        trajectories: 2,
        levels: 4,
    };
    let longer = Method::Morris {
        trajectories: 3,
        levels: 4,
    };
    let (short, long) = (points(&unit(3), &shorter, 1), points(&unit(3), &longer, 1));
    assert_eq!(short.unwrap()[..], long.unwrap()[..8]);
}

#[test]
fn what_is_out_of_range_is_refused() {
    assert_eq!(
        refused(&unit(2), &sobol(1000, true, true)),
        "samples: found 1000, expected a power of two, such as 1024"
    );
    let odd = Method::Morris {
        trajectories: 4,
        levels: 5,
    };
    assert!(refused(&unit(2), &odd).contains("levels: found 5, expected an even number"));
    assert_eq!(
        refused(&unit(501), &sobol(2, false, true)),
        "found 501 factors, expected at most 500"
    );
    let many = Method::Grid { levels: 10 };
    assert_eq!(
        refused(&unit(8), &many),
        "found 100000000 points, expected at most 16777216"
    );
    assert!(refused(&unit(200), &many).contains("more points than can be counted"));
    let grid = Method::Grid { levels: 2 };
    for (bad, expect) in [
        (factor("a", 1.0, 1.0, Scale::Linear), "low below high"),
        (factor("a", 0.0, 1.0, Scale::Log), "above 0"),
        (factor("a", 0.5, 2.0, Scale::Integer), "whole numbers"),
        (factor("a", f64::NAN, 2.0, Scale::Linear), "finite"),
    ] {
        let message = refused(&[bad], &grid);
        assert!(message.starts_with("a: found low"), "{message}");
        assert!(message.contains(expect), "{message}");
    }
    let twice = [unit(1), unit(1)].concat();
    assert_eq!(refused(&twice, &grid), "x0: the name of two factors");
}

/// Equal seeds give equal designs on every machine: these numbers never change.
#[test]
fn designs_are_pinned() {
    let sum = |method: &Method| -> f64 {
        let rows = points(&unit(3), method, 42).unwrap();
        let weigh = |(i, row): (usize, &Vec<f64>)| (i + 1) as f64 * (row[0] + 2.0 * row[1]);
        rows.iter().enumerate().map(weigh).sum()
    };
    let latin = Method::LatinHypercube { samples: 8 };
    let morris = Method::Morris {
        trajectories: 2,
        levels: 4,
    };
    let found = [sum(&latin), sum(&sobol(4, true, true)), sum(&morris)];
    assert_eq!(found, [58.949163143348414, 847.0947389970534, 84.0]);
}
