//! What goes wrong before the server runs is told in one sentence that says what to do.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

/// Runs the host with only the programs of one folder to be found: (success, what it said).
fn run(programs: &Path, arguments: &[&str]) -> (bool, String) {
    let mut host = Command::new(env!("CARGO_BIN_EXE_host"));
    let output = host
        .args(arguments)
        .env("PATH", programs)
        .output()
        .expect("the host runs");
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[cfg(unix)]
fn program(folder: &Path, name: &str, says: &str) {
    use std::os::unix::fs::PermissionsExt;
    let file = folder.join(name);
    std::fs::write(&file, format!("#!/bin/sh\necho '{says}'\n")).expect("a file");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("a mode");
}

#[test]
fn a_port_in_use_is_told_before_anything_is_built() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let (success, said) = run(&folder("nothing"), &["--listen", &address]);
    assert!(
        !success && said.contains("already in use") && said.contains("--listen"),
        "{said}"
    );
}

#[test]
fn a_machine_without_node_is_told_where_to_get_it() {
    let (success, said) = run(&folder("nothing either"), &["--listen", "127.0.0.1:0"]);
    assert!(
        !success && said.contains("npm was not found") && said.contains("nodejs.org"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn a_node_that_is_too_old_is_told_which_is_needed() {
    let programs = folder("old node");
    program(&programs, "node", "v12.22.0");
    let (success, said) = run(&programs, &["--listen", "127.0.0.1:0"]);
    assert!(
        !success && said.contains("v12.22.0 is too old") && said.contains("18"),
        "{said}"
    );
}

#[test]
fn nonsense_on_the_command_line_is_answered_with_the_help() {
    for wrong in [&["--colour"][..], &["dance"], &["--listen", "nowhere"]] {
        let (success, said) = run(&folder("nothing at all"), wrong);
        assert!(!success && said.lines().count() < 40, "{said}");
        assert!(
            said.contains("cargo run") || said.contains("127.0.0.1:8787"),
            "{said}"
        );
    }
}
