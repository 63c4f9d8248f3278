//! The defence network at the end of a year, from the agreement table.

use std::collections::{BTreeMap, BTreeSet};

use comity_lab::table::Table;

/// Pairs of states tied by a defence pact: `true` if by a bilateral one.
pub type Ties = BTreeMap<(String, String), bool>;

/// The ties at the end of `year` in the first run.
pub fn ties(table: &Table, year: i64) -> Ties {
    let mut pacts = pacts(table, year).unwrap_or_default();
    pacts.retain(|_, members| members.len() > 1);
    let mut ties = Ties::new();
    for members in pacts.values() {
        let members: Vec<&String> = members.iter().collect();
        for (i, a) in members.iter().enumerate() {
            for b in &members[i + 1..] {
                let bilateral = members.len() == 2;
                *ties.entry(((*a).clone(), (*b).clone())).or_default() |= bilateral;
            }
        }
    }
    ties
}

/// Members of the defence pacts in force at the end of `year`, from the changes up to it.
pub fn pacts(table: &Table, year: i64) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let years = table.integer("year")?;
    let text = |name| table.text(name);
    let (agreement, form, kind) = (text("agreement")?, text("form")?, text("kind")?);
    let (change, state, names) = (text("change")?, text("state")?, text("names")?);
    let runs = table.integer("run_id").unwrap_or_default();
    let first_run = runs.iter().min();
    let mut rows: Vec<usize> = (0..table.rows())
        .filter(|&r| years[r] <= year && form[r] == "pact" && kind[r] == "defence")
        .filter(|&r| first_run.is_none_or(|first| runs[r] == *first))
        .collect();
    rows.sort_by_key(|&r| years[r]);
    let mut pacts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for r in rows {
        let id = &agreement[r];
        match change[r].as_str() {
            "initial" | "founded" | "merged" => {
                let members = names[r].split('|').map(str::to_string).collect();
                pacts.insert(id.clone(), members);
            }
            "joined" => {
                let members = pacts.entry(id.clone()).or_default();
                members.insert(state[r].clone());
            }
            "left" => {
                let members = pacts.entry(id.clone()).or_default();
                members.remove(&state[r]);
            }
            "ended" => {
                pacts.remove(id);
            }
            _ => {}
        }
    }
    Some(pacts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_lab::table::csv;

    #[test]
    fn changes_are_followed_up_to_the_year() {
        let text = b"run_id,year,agreement,form,kind,change,state,names\n\
            0,1946,a,pact,defence,initial,,FRN|UKG\n\
            0,1947,b,pact,entente,founded,,FRN|ITA\n\
            0,1949,a,pact,defence,joined,USA,\n\
            0,1950,c,pact,defence,founded,,FRN|UKG\n\
            1,1950,d,pact,defence,founded,,CHN|RUS\n\
            0,1966,a,pact,defence,left,FRN,\n\
            0,1970,c,pact,defence,ended,,\n";
        let table = csv::read("agreements", text, &[]).unwrap();
        let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
        assert_eq!(ties(&table, 1946), [(pair("FRN", "UKG"), true)].into());
        assert_eq!(ties(&table, 1949).len(), 3);
        assert!(!ties(&table, 1949)[&pair("FRN", "UKG")]);
        assert!(ties(&table, 1950)[&pair("FRN", "UKG")]);
        assert_eq!(ties(&table, 1970), [(pair("UKG", "USA"), true)].into());
    }
}
