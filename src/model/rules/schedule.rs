//! What a rule declares of itself, and the list of rules that makes a year.

use super::Given;
use crate::rng::Stream;
use crate::world::World;

/// The declaration of a process, in the file of its rule.
#[derive(Debug)]
pub struct Declaration {
    /// Name in scenarios, under `[processes]`.
    pub name: &'static str,
    /// Step of the yearly schedule that it belongs to.
    pub step: &'static str,
    /// Equation in `docs/odd.md`.
    pub equation: &'static str,
    /// Whether the variant `core` has it.
    pub core: bool,
    /// What it does.
    pub help: &'static str,
    /// Groups of parameters that it reads.
    pub parameters: &'static [&'static str],
    /// Random streams that it draws from, no other process does.
    pub streams: &'static [Stream],
    /// The change of the world.
    pub run: fn(&mut World, Given<'_>),
}

/// Lists the processes in the order in which a year runs, each with the module of its rule.
macro_rules! schedule {
    ($( $variant:ident: $($module:ident)::+, )*) => {
        /// A process of the yearly schedule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Process { $(
            #[doc = concat!("`", stringify!($($module)::+), "`")]
            $variant,
        )* }

        impl Process {
            /// All processes in the order of the schedule.
            pub const ALL: &'static [Process] = &[ $( Process::$variant, )* ];

            /// What its rule declares.
            pub fn declaration(self) -> &'static Declaration {
                match self { $( Self::$variant => &$($module)::+::PROCESS, )* }
            }

            /// The module of its rule, in `rules`.
            pub fn module(self) -> &'static str {
                match self { $( Self::$variant => stringify!($($module)::+), )* }
            }
        }
    };
}
pub(super) use schedule;

impl super::Process {
    /// Name in scenarios, under `[processes]`.
    pub fn name(self) -> &'static str {
        self.declaration().name
    }

    /// Step of the yearly schedule that it belongs to.
    pub fn step(self) -> &'static str {
        self.declaration().step
    }

    /// Equation in `docs/odd.md`.
    pub fn equation(self) -> &'static str {
        self.declaration().equation
    }

    /// Whether the variant `core` has it.
    pub fn in_core(self) -> bool {
        self.declaration().core
    }

    /// What it does.
    pub fn help(self) -> &'static str {
        self.declaration().help
    }

    /// The process with this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|p| p.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::Process;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// The text of a rule without its tests, all files of it where it is a folder.
    fn source(process: Process) -> String {
        let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let stem = rules.join(process.module().replace([' ', ':'], "/").replace("//", "/"));
        let files: Vec<_> = if stem.is_dir() {
            let entries = std::fs::read_dir(&stem).unwrap();
            entries.map(|entry| entry.unwrap().path()).collect()
        } else {
            vec![stem.with_extension("rs")]
        };
        let text = |file| std::fs::read_to_string(file).unwrap();
        let code = |text: String| {
            text.split("#[cfg(test)]\nmod tests")
                .next()
                .unwrap()
                .to_string()
        };
        files.iter().map(text).map(code).collect()
    }

    /// The words that follow `mark` in a text.
    fn words(text: &str, mark: &str) -> BTreeSet<String> {
        let after = text.split(mark).skip(1);
        let word = |rest: &str| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap()
                .to_string()
        };
        after.map(word).filter(|word| !word.is_empty()).collect()
    }

    #[test]
    fn a_rule_reads_no_group_of_parameters_but_those_that_it_declares() {
        for &process in Process::ALL {
            let declared = process.declaration().parameters;
            let read = words(&source(process), ".parameters.");
            let own = |group: &String| declared.contains(&group.as_str());
            assert!(
                read.iter().all(own),
                "{}: {read:?}, declared {declared:?}",
                process.name()
            );
        }
    }

    #[test]
    fn a_rule_draws_from_its_own_streams_only() {
        let mut taken = BTreeSet::new();
        for &process in Process::ALL {
            let declared = process.declaration().streams.iter();
            let declared: BTreeSet<String> = declared.map(|stream| format!("{stream:?}")).collect();
            let drawn = words(&source(process), "Stream::");
            assert_eq!(drawn, declared, "{}", process.name());
            for stream in declared {
                assert!(
                    taken.insert(stream.clone()),
                    "{stream} belongs to two processes"
                );
            }
        }
    }

    #[test]
    fn names_are_unique_and_groups_exist() {
        let names: BTreeSet<_> = Process::ALL.iter().map(|p| p.name()).collect();
        assert_eq!(names.len(), Process::ALL.len());
        let paths = crate::scenario::PARAMETERS.iter().map(|p| p.path);
        let groups: BTreeSet<_> = paths.filter_map(|path| path.split_once('.')).collect();
        let groups: BTreeSet<&str> = groups.into_iter().map(|(group, _)| group).collect();
        let read = Process::ALL.iter().flat_map(|p| p.declaration().parameters);
        assert_eq!(read.copied().collect::<BTreeSet<_>>(), groups);
    }
}
