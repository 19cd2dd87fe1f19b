//! The list of scripts.

use super::{
    limits::Limits,
    script::{Contract, Script},
};

macro_rules! scripts {
    ($($name:ident),+ $(,)?) => {
        /// Every script, composed for these limits.
        #[derive(Debug)]
        pub(crate) struct Scripts {
            $(pub(crate) $name: Script,)+
        }

        /// The contracts behind [`Scripts`].
        #[cfg(test)]
        pub(crate) const CONTRACTS: &[Contract] = &[$(Contract {
            name: stringify!($name),
            source: include_str!(concat!("lua/", stringify!($name), ".lua")),
        }),+];

        impl Scripts {
            pub(crate) fn new(limits: &Limits) -> Self {
                let script = |name: &'static str, source| {
                    Script::new(Contract { name, source: spool_faults::script(name, source) }, limits)
                };
                Self {
                    $($name: script(stringify!($name), include_str!(concat!("lua/", stringify!($name), ".lua"))),)+
                }
            }
        }
    };
}

scripts!(
    accept, alive, beat, bury, cancel, closed, condemn, decline, drain, expire, fail, forget, freed, hello,
    hold, judge, keep_image, lapse, preview, progress, release, resume, schedule, session, slots, start,
    submit, succeed, take_back, use_image,
);
