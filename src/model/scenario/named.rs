//! Enums whose values have names, in scenarios and in tables.

macro_rules! named_enum {
    ($(#[$doc:meta])* $Name:ident { $( $variant:ident $name:literal $help:literal; )* }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        #[repr(u8)]
        pub enum $Name { $( #[doc = $help] #[serde(rename = $name)] $variant, )* }

        impl $Name {
            /// All of them.
            pub const ALL: [$Name; [$( $name, )*].len()] = [ $( $Name::$variant, )* ];

            /// Name in scenarios and tables.
            pub fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            /// What it is.
            pub fn help(self) -> &'static str {
                match self { $( Self::$variant => $help, )* }
            }

            /// The one with this name.
            pub fn find(name: &str) -> Option<$Name> {
                Self::ALL.into_iter().find(|x| x.name() == name)
            }
        }
    };
}
