//! `cargo run`: a training campaign in the browser; `cargo run -- serve`: the real thing.

use domain::area::Area;
use domain::grant::Role;
use domain::wire::SetupWhen;
use host::build::{self, Built, Profile};
use host::command::{ExportOf, HELP, Place, Wish, wish};
use host::error::HostError;
use host::export::{self, Source};
use host::http::Trust;
use host::serve::{self, Server};
use host::{backup, check, journal, links, package, show, training};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn main() -> ExitCode {
    let done = package::beside().and_then(|packaged| {
        let wish = wish(packaged.is_some())?;
        grant(wish, packaged)
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}

fn grant(wish: Wish, packaged: Option<Built>) -> Result<(), HostError> {
    // In a package everything is built.
    let built = || match &packaged {
        Some(built) => Ok(built.clone()),
        None => build::build(Profile::from_environment()),
    };
    match wish {
        Wish::Help => {
            print!("{HELP}");
            Ok(())
        }
        Wish::Build => built().map(drop),
        Wish::Package(out) => make_package(&built()?, &out),
        Wish::Training(place) => run(&place, built, as_it_is, training_links),
        Wish::ResetTraining(place) => run(&place, built, anew, training_links),
        Wish::Serve(place) => run(&place, built, as_it_is, first_link),
        Wish::Backup { data, out } => {
            journal::note(&data, &format!("backup into {}", out.display()))?;
            let count = backup::backup(&data, &out)?;
            eprintln!(
                "{count} files are in {}. It holds ID numbers:",
                out.display()
            );
            eprintln!("keep it encrypted, and not on this machine alone.");
            Ok(())
        }
        Wish::Restore { from, data } => {
            let count = backup::restore(&from, &data)?;
            journal::note(&data, &format!("restored from {}", from.display()))?;
            eprintln!("{count} files are back in {}, all sound.", data.display());
            Ok(())
        }
        Wish::Check(data) => checked(&built()?, &data),
        Wish::Export { from, out } => {
            let source = match from {
                ExportOf::Data(data) => {
                    let built = built()?;
                    journal::note(&data, &format!("export into {}", out.display()))?;
                    Source::copied(&built, &data)?
                }
                ExportOf::Url { url, ca } => elsewhere(&url, ca.as_deref())?,
            };
            let lines = show::step("exporting", || export::export(&source, &out))?;
            eprintln!(
                "{lines} lines are in {}. They hold ID numbers:",
                out.display()
            );
            eprintln!("keep the file encrypted, and delete it when it has served its purpose.");
            Ok(())
        }
    }
}

fn make_package(built: &Built, out: &Path) -> Result<(), HostError> {
    let launcher = package::launcher()?;
    let profile = Profile::from_environment();
    show::step("packing", || {
        package::package(built, &launcher, profile, out)
    })?;
    println!("{}", out.display());
    Ok(())
}

fn elsewhere(url: &str, ca: Option<&Path>) -> Result<Source, HostError> {
    let key = std::env::var("CHUNNUAN_SETUP_KEY").map_err(|_| {
        HostError::Usage("put the server's setup key into CHUNNUAN_SETUP_KEY".to_owned())
    })?;
    let trust = ca.map(Trust::only).transpose()?.unwrap_or_default();
    Ok(Source::at(url, key, trust))
}

fn checked(built: &Built, data: &Path) -> Result<(), HostError> {
    let wrong = check::files(data)?;
    for sentence in &wrong {
        println!("{sentence}");
    }
    let findings = check::check(built, data)?;
    for finding in &findings {
        println!("{finding}");
    }
    if wrong.is_empty() && findings.iter().all(|found| found.damage.is_empty()) {
        return Ok(());
    }
    Err(HostError::CheckFailed)
}

fn as_it_is(_: &Built, _: &Place) -> Result<(), HostError> {
    Ok(())
}

fn anew(built: &Built, place: &Place) -> Result<(), HostError> {
    let data = place.data.display();
    if training::empty(built, &place.data)? {
        println!(
            "The training data in {data} is emptied. Phones and tablets that were enrolled in it"
        );
        println!(
            "begin anew by 我 › 培训 › 重置培训数据 (Me › Training › Reset), then open a new link."
        );
    } else {
        println!("There was no training data in {data} to empty.");
    }
    Ok(())
}

fn run(
    place: &Place,
    built: impl FnOnce() -> Result<Built, HostError>,
    before: impl FnOnce(&Built, &Place) -> Result<(), HostError>,
    prepare: impl FnOnce(&Server) -> Result<(), HostError>,
) -> Result<(), HostError> {
    eprintln!("春暖 Chunnuan");
    // Before the long work: what would fail at its end fails now.
    serve::free(&place.door.listen)?;
    let built = built()?;
    before(&built, place)?;
    let stopping = Arc::new(AtomicBool::new(false));
    let asked = stopping.clone();
    ctrlc::set_handler(move || asked.store(true, Ordering::SeqCst)).map_err(|e| {
        HostError::Tool {
            step: "listening for Ctrl-C",
            said: e.to_string(),
        }
    })?;
    let starting = || Server::open(&built, &place.data, &place.door);
    let mut server = show::step("starting the server", starting)?;
    prepare(&server)?;
    println!(
        "\nServing on {} — data in {} — Ctrl-C stops.",
        server.url(),
        place.data.display()
    );
    while !stopping.load(Ordering::SeqCst) {
        if !server.is_running() {
            let said = server.log().lines().last().unwrap_or("nothing").to_owned();
            return Err(HostError::NotStarted { said });
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    server.stop();
    println!("\nStopped; everything is kept in {}.", place.data.display());
    Ok(())
}

fn training_links(server: &Server) -> Result<(), HostError> {
    training::fill(server)?;
    let answer = links::setup(
        server,
        None,
        vec![
            training::field_worker(),
            training::manager(),
            training::travel::volunteer(domain::day_of(show::now_ms())),
        ],
        SetupWhen::Always,
    )?;
    let titles = [
        "The field phone (村级工作人员):",
        "The manager's tablet (县级协调机构):",
        "A volunteer's phone at tomorrow's bus from Jinan (站点志愿者):",
    ];
    println!("\nA training campaign on made-up people. Open each link once, in its own browser");
    println!("or profile (each makes this browser somebody's device):");
    for (title, token) in titles.iter().zip(&answer.links) {
        let page = links::page(server, token);
        println!("\n{title}\n  {page}\n{}", links::qr(&page));
    }
    Ok(())
}

fn first_link(server: &Server) -> Result<(), HostError> {
    let Some(province) = Area::parse("37") else {
        return Ok(());
    };
    let campaign = training::real_campaign(province);
    let known = links::setup(server, None, Vec::new(), SetupWhen::Empty)?;
    let campaign = known.campaign.is_none().then_some(campaign);
    let first = vec![links::invitation("管理员", Role::Administrator, province)];
    let answer = links::setup(server, campaign, first, SetupWhen::Empty)?;
    if let Some(token) = answer.links.first() {
        let page = links::page(server, token);
        println!(
            "\nFor the first administrator, valid once and for 48 hours:\n  {page}\n{}",
            links::qr(&page)
        );
    }
    Ok(())
}
