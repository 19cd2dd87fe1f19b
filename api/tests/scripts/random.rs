//! Random schedules; one that fails is made shorter before it is shown.

use std::cell::RefCell;

use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, TestCaseError, TestRunner},
};

use crate::{
    op::Op,
    run::{Bench, Tally},
};

/// Some ten seconds.
const CASES: u32 = 60;

#[test]
fn whatever_clients_do_in_whatever_order_redis_holds_what_the_table_says_and_every_job_ends() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bench = RefCell::new(runtime.block_on(Bench::new()));
    let total = RefCell::new(Tally::default());
    let config =
        Config { cases: CASES, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let steps = vec(any::<[u8; 5]>(), 40..100);
    let outcome = TestRunner::new(config).run(&steps, |steps| {
        let ops: Vec<Op> = steps.into_iter().map(Op::from).collect();
        let mut tally = Tally::default();
        let run = runtime.block_on(bench.borrow_mut().run(&ops, &mut tally));
        total.borrow_mut().add(&tally);
        run.map_err(|wrong| TestCaseError::fail(format!("{wrong}\n{ops:#?}")))
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    let total = total.into_inner();
    println!("{total:?}");
    // No kind of trouble may be absent.
    let least =
        [total.lost_answers, total.zombies, total.thefts, total.cancels, total.reaped, total.succeeded];
    assert!(least.iter().all(|number| *number > 20), "{total:?}");
}
