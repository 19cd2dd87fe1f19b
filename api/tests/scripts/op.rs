//! What may happen next: five bytes, so that a seed or proptest can draw it and a failure can be made shorter.

/// One step of one client. The selectors choose among what is there when it happens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Op {
    pub(crate) act: Act,
    /// Which agent, replica or owner.
    pub(crate) who: u8,
    /// Which job or lease.
    pub(crate) which: u8,
    /// With what.
    pub(crate) how: u8,
    /// It was executed, its answer lost: it is said again, or who sent it has died.
    pub(crate) lost: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Submit,
    Schedule,
    Deliver,
    Accept,
    Start,
    Beat,
    Progress,
    Succeed,
    Fail,
    Release,
    Decline,
    TakeBack,
    Freed,
    Cancel,
    Forget,
    Hello,
    Goodbye,
    Closed,
    Slots,
    Drain,
    Resume,
    Judge,
    Reap,
    Expire,
    Clock,
    Replica,
}

/// How often each comes, of the sum of all.
const WEIGHTS: &[(Act, u8)] = &[
    (Act::Submit, 22),
    (Act::Schedule, 28),
    (Act::Deliver, 6),
    (Act::Accept, 16),
    (Act::Start, 34),
    (Act::Beat, 20),
    (Act::Progress, 6),
    (Act::Succeed, 34),
    (Act::Fail, 12),
    (Act::Release, 4),
    (Act::Decline, 4),
    (Act::TakeBack, 4),
    (Act::Freed, 18),
    (Act::Cancel, 6),
    (Act::Forget, 4),
    (Act::Hello, 6),
    (Act::Goodbye, 3),
    (Act::Closed, 3),
    (Act::Slots, 3),
    (Act::Drain, 1),
    (Act::Resume, 4),
    (Act::Judge, 12),
    (Act::Reap, 18),
    (Act::Expire, 2),
    (Act::Clock, 5),
    (Act::Replica, 2),
];

impl From<[u8; 5]> for Op {
    fn from([act, who, which, how, lost]: [u8; 5]) -> Self {
        let sum: usize = WEIGHTS.iter().map(|(_, weight)| usize::from(*weight)).sum();
        let mut at = usize::from(act) * sum / 256;
        let mut chosen = Act::Submit;
        for (act, weight) in WEIGHTS {
            if at < usize::from(*weight) {
                chosen = *act;
                break;
            }
            at -= usize::from(*weight);
        }
        Self { act: chosen, who, which, how, lost: lost < 40 }
    }
}
