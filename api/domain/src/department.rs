//! The eleven bodies of the campaign.

use serde::{Deserialize, Serialize};

macro_rules! departments {
    ($($variant:ident $key:literal),* $(,)?) => {
        /// A department; its names are labels `department.<key>`.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Department { $($variant),* }

        impl Department {
            pub const ALL: &'static [Department] = &[$(Department::$variant),*];
            /// The keys, in the same order, as options of a field.
            pub const KEYS: &'static [&'static str] = &[$($key),*];

            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),* }
            }

            pub fn parse(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

departments! {
    Hr "hr",
    Police "police",
    Civil "civil",
    Justice "justice",
    Transport "transport",
    Culture "culture",
    Health "health",
    Rural "rural",
    Union "union",
    Youth "youth",
    Rail "rail",
}
