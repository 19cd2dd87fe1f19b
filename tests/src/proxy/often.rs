//! How often a rule strikes.

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

/// Among those that a rule is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Often {
    /// Each n-th one.
    Each(u64),
    /// The n-th one, and no other.
    Nth(u64),
    /// Each with this probability; the same seed decides the same for the same order.
    Chance { of: f64, seed: u64 },
}

/// Decides, one after the other.
pub(super) struct Turns {
    often: Often,
    passed: u64,
    dice: ChaCha8Rng,
}

impl Turns {
    pub(super) fn new(often: Often) -> Self {
        let seed = match often {
            Often::Chance { seed, .. } => seed,
            Often::Each(_) | Often::Nth(_) => 0,
        };
        Self { often, passed: 0, dice: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// Whether the next one is struck.
    pub(super) fn strikes(&mut self) -> bool {
        self.passed += 1;
        match self.often {
            Often::Each(n) => self.passed.is_multiple_of(n),
            Often::Nth(n) => self.passed == n,
            Often::Chance { of, .. } => self.dice.random_bool(of),
        }
    }

    /// One of so many.
    pub(super) fn one_of(&mut self, many: usize) -> usize {
        self.dice.random_range(0..many)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_strikes_each_nth_or_the_nth_or_by_chance_as_its_seed_says() {
        let struck = |often| {
            let mut turns = Turns::new(often);
            (1..=1_000).filter(|_| turns.strikes()).collect::<Vec<u32>>()
        };
        assert_eq!(struck(Often::Each(250)), [250, 500, 750, 1_000]);
        assert_eq!(struck(Often::Nth(3)), [3]);
        let by_chance = struck(Often::Chance { of: 0.1, seed: 1 });
        assert!((50..200).contains(&by_chance.len()));
        assert_eq!(by_chance, struck(Often::Chance { of: 0.1, seed: 1 }));
        assert_ne!(by_chance, struck(Often::Chance { of: 0.1, seed: 2 }));
    }
}
