//! The program itself: what it refuses, and how it ends.

#![expect(clippy::unwrap_used, reason = "this is test code: whatever goes wrong must end the test")]

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use insta::assert_snapshot;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(30);

fn command(folder: &TempDir, settings: &[(&str, &str)]) -> Command {
    with_settings(Command::new(env!("CARGO_BIN_EXE_spool-api")), folder, settings)
}

fn with_settings(mut command: Command, folder: &TempDir, settings: &[(&str, &str)]) -> Command {
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("TMPDIR", folder.path());
    command.env("SPOOL_LISTEN", "127.0.0.1:0").env("SPOOL_DATA_DIR", folder.path().join("data"));
    command.env("SPOOL_ADDRESS_FILE", folder.path().join("address"));
    command.envs(settings.iter().copied());
    command
}

/// The program with room for a megabyte of pictures: on a file system of its own where this user may mount one,
/// else with a limit on the size of each file.
fn with_little_room(folder: &TempDir) -> Command {
    fs::create_dir(folder.path().join("data")).unwrap();
    let mount = "mount -t tmpfs -o size=1m tmpfs \"$SPOOL_DATA_DIR\"";
    let shell = |namespace: &[&str], script: String| {
        let mut words = namespace.iter().chain(&["sh", "-c"]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).arg(script).arg(env!("CARGO_BIN_EXE_spool-api"));
        with_settings(command, folder, &[])
    };
    let mounts = shell(&["unshare", "-rm"], mount.to_owned()).stderr(Stdio::null()).status();
    if mounts.is_ok_and(|status| status.success()) {
        return shell(&["unshare", "-rm"], format!("{mount} && exec \"$0\""));
    }
    // In blocks of 512 bytes; without the trap the signal would end the program.
    shell(&[], "trap '' XFSZ; ulimit -f 2048; exec \"$0\"".to_owned())
}

/// What a start with these settings says before it gives up.
fn refused(settings: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let log = fs::File::create(folder.path().join("log")).unwrap();
    let child = command(&folder, settings).stderr(log).stdout(Stdio::null()).spawn();
    let mut api = Api { child: child.unwrap(), address: String::new(), folder };
    assert_ne!(api.ended(), Some(0));
    let said = api.log();
    said.lines()
        .rfind(|line| line.starts_with("spool-api: ") || line.starts_with("error: "))
        .unwrap_or_default()
        .into()
}

struct Api {
    child: Child,
    address: String,
    folder: TempDir,
}

impl Api {
    fn start() -> Self {
        Self::start_in(|folder| command(folder, &[]))
    }

    fn start_in(command: impl FnOnce(&TempDir) -> Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let child = command(&folder).stderr(log).stdout(Stdio::null()).spawn().unwrap();
        let mut api = Self { child, address: String::new(), folder };
        api.address = wait_for("an address", || fs::read_to_string(api.folder.path().join("address")).ok());
        api
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Waits for the end: the exit code.
    fn ended(&mut self) -> Option<i32> {
        let child = &mut self.child;
        wait_for("the end", || child.try_wait().unwrap()).code()
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        // It may have ended.
        self.child.kill().ok();
        self.child.wait().unwrap();
    }
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_wrong_setting_stops_the_program_with_a_sentence_that_names_it() {
    assert_snapshot!(refused(&[("SPOOL_LEASE_MS", "soon")]), @"error: invalid value 'soon' for '--lease-ms <SPOOL_LEASE_MS>': invalid digit found in string");
    assert_snapshot!(refused(&[("SPOOL_LISTEN", "0.0.0.0:0")]), @"spool-api: SPOOL_LISTEN must be a loopback address such as 127.0.0.1:8080, not 0.0.0.0: without keys only this machine may connect; `spool-api key new NAME --file FILE` makes one, SPOOL_API_KEYS_FILE=FILE names it");
    assert_snapshot!(refused(&[("SPOOL_API_KEYS_FILE", "/nowhere/keys")]), @"spool-api: SPOOL_API_KEYS_FILE names /nowhere/keys, which cannot be read: No such file or directory (os error 2)");
    assert_snapshot!(refused(&[("SPOOL_AGENT_DEAD_MS", "1000")]), @"spool-api: SPOOL_AGENT_DEAD_MS must be at least four times SPOOL_HEARTBEAT_MS: whoever is not answered needs time to dial anew");
    assert_snapshot!(refused(&[("SPOOL_LOG", "spool=shout")]), @r#"spool-api: SPOOL_LOG is no filter: error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5"#);
    assert_snapshot!(refused(&[("SPOOL_STORAGE_URL", "file:///proc/nothing")]), @"spool-api: the folder /proc/nothing of SPOOL_STORAGE_URL or SPOOL_DATA_DIR cannot be used: No such file or directory (os error 2)");
    assert_snapshot!(refused(&[("PATH", "/nowhere")]), @"spool-api: the private redis-server ended at once (exit status: 1); install redis-server 7 or newer, or set SPOOL_REDIS_URL");
}

#[test]
fn an_unreachable_redis_is_named_without_its_password() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let said = refused(&[("SPOOL_REDIS_URL", &format!("redis://user:hunter2@127.0.0.1:{port}"))]);
    assert!(said.starts_with("spool-api: Redis at SPOOL_REDIS_URL does not answer: "), "{said}");
    assert!(!said.contains("hunter2"));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = refused(&[("SPOOL_LISTEN", &address)]);
    assert!(said.starts_with(&format!("spool-api: cannot listen on SPOOL_LISTEN {address}: ")), "{said}");
}

/// A request that the server waits for the rest of: all of it but the body is there and was read.
fn request_in_flight(api: &Api, body: &str) -> TcpStream {
    let head = format!(
        "POST /api/workflows/upscale HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut request = api.connect();
    request.write_all(head.as_bytes()).unwrap();
    let mut interim = [0; 25];
    request.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    request
}

#[test]
fn a_request_in_flight_is_finished_before_the_end() {
    let mut api = Api::start();
    let body = r#"{"input_image": 5}"#;
    let mut request = request_in_flight(&api, body);
    api.signal(Signal::SIGTERM);
    wait_for("the end of listening", || TcpStream::connect(&api.address).err());
    request.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    request.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 422 "), "{answer}");
    assert_eq!(api.ended(), Some(0), "{}", api.log());
    assert!(!api.folder.path().join("address").exists());
}

/// Pixels that do not compress.
fn noise(side: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let pixels = image::RgbImage::from_fn(side, side, |_, _| {
        image::Rgb([0; 3].map(|_: u8| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        }))
    });
    let mut file = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn a_full_disk_is_told_and_small_pictures_still_fit_afterwards() {
    let mut api = Api::start_in(with_little_room);
    let upload = |picture: &[u8]| {
        let head = format!(
            "POST /api/images HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/png\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            picture.len()
        );
        let mut request = api.connect();
        request.write_all(head.as_bytes()).unwrap();
        request.write_all(picture).unwrap();
        let mut answer = String::new();
        request.read_to_string(&mut answer).unwrap();
        answer
    };
    let large = noise(800);
    assert!(large.len() > 1_900_000);
    for _ in 0..2 {
        let answer = upload(&large);
        assert!(answer.starts_with("HTTP/1.1 507 "), "{answer}");
        let told = r#""code":"storage_full","#;
        assert!(answer.contains(told) && answer.contains(r#""retryable":true"#), "{answer}");
        // What was half written is gone: there is room again.
        let answer = upload(&noise(300));
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    }
    api.signal(Signal::SIGTERM);
    assert_eq!(api.ended(), Some(0), "{}", api.log());
}

#[test]
fn a_second_signal_cuts_requests_off() {
    let mut api = Api::start();
    let mut request = request_in_flight(&api, "{}");
    api.signal(Signal::SIGINT);
    wait_for("the end of listening", || TcpStream::connect(&api.address).err());
    api.signal(Signal::SIGINT);
    assert_eq!(api.ended(), Some(0), "{}", api.log());
    let mut answer = String::new();
    request.read_to_string(&mut answer).unwrap_or_default();
    assert_eq!(answer, "");
}

#[test]
fn the_private_redis_leaves_nothing_behind() {
    let mut api = Api::start();
    let redis = || {
        fs::read_dir(api.folder.path())
            .unwrap()
            .flatten()
            .find(|entry| entry.file_name().to_string_lossy().starts_with("spool-redis-"))
    };
    assert!(redis().is_some_and(|folder| folder.path().join("redis.sock").exists()));
    assert!(api.log().contains("Started a private redis-server"));
    api.signal(Signal::SIGTERM);
    assert_eq!(api.ended(), Some(0));
    let left: Vec<_> =
        fs::read_dir(api.folder.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("spool-redis-")), "{left:?}");
}

/// Runs `spool-api key …` on a file of this folder: what it prints for programs.
fn key(folder: &TempDir, arguments: &[&str], file: &str) -> String {
    let file = folder.path().join(file);
    let output = command(folder, &[]).arg("key").args(arguments).arg("--file").arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The status line of the answer to this key.
fn asked_by(api: &Api, secret: &str) -> String {
    let mut request = api.connect();
    let head = "GET /api/jobs HTTP/1.1\r\nhost: spool.example\r\nconnection: close\r\nauthorization: Bearer";
    write!(request, "{head} {secret}\r\n\r\n").unwrap();
    let mut answer = String::new();
    request.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn keys_open_an_api_on_every_address_and_change_while_it_runs() {
    let mut alice = String::new();
    let api = Api::start_in(|folder| {
        alice = key(folder, &["new", "alice"], "keys");
        key(folder, &["new", "gpu", "--agent"], "tokens");
        let mut command = command(folder, &[("SPOOL_LISTEN", "0.0.0.0:0")]);
        command.env("SPOOL_API_KEYS_FILE", folder.path().join("keys"));
        command.env("SPOOL_AGENT_TOKENS_FILE", folder.path().join("tokens"));
        command
    });
    assert_eq!(asked_by(&api, &alice), "HTTP/1.1 200 OK");
    assert_eq!(asked_by(&api, "spool_guess"), "HTTP/1.1 401 Unauthorized");
    let bob = key(&api.folder, &["new", "bob"], "keys");
    key(&api.folder, &["revoke", "alice"], "keys");
    wait_for("the end of the old key", || {
        (asked_by(&api, &alice) == "HTTP/1.1 401 Unauthorized").then_some(())
    });
    assert_eq!(asked_by(&api, &bob), "HTTP/1.1 200 OK");
    api.signal(Signal::SIGHUP);
    wait_for("the signal", || api.log().contains("SIGHUP").then_some(()));
    assert_eq!(asked_by(&api, &bob), "HTTP/1.1 200 OK");
    for secret in [alice, bob] {
        assert!(!api.log().contains(&secret));
    }
}
