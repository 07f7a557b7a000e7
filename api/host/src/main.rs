//! `cargo run`: a training campaign in the browser; `cargo run -- serve`: the real thing.

use domain::area::Area;
use domain::grant::Role;
use domain::wire::SetupWhen;
use host::build::{self, Built, Profile};
use host::error::HostError;
use host::links;
use host::serve::{self, Server};
use host::{show, tools, training};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const HELP: &str = "\
cargo run                                  a training campaign on http://localhost:8787
cargo run -- [--data DIR] [--listen ADDR]  the same elsewhere (default: .data, 127.0.0.1:8787)
cargo run -- serve --data DIR --listen ADDR
                                           the real thing: empty, with a link for the first
                                           administrator
cargo run -- reset-training                empties the training campaign's data and begins it anew
cargo run -- build                         only build (wrangler calls this)
";

enum Wish {
    Training(Place),
    /// The training campaign, from its beginning.
    ResetTraining(Place),
    Serve(Place),
    Build,
    Help,
}

struct Place {
    data: PathBuf,
    listen: String,
}

fn main() -> ExitCode {
    match wish().and_then(grant) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}

fn wish() -> Result<Wish, HostError> {
    use lexopt::prelude::*;
    let wrong = |error: lexopt::Error| HostError::Usage(format!("{error}\n\n{HELP}"));
    let mut arguments = lexopt::Parser::from_env();
    let mut command = String::new();
    let mut data = tools::root().join(".data");
    let mut listen = "127.0.0.1:8787".to_owned();
    while let Some(argument) = arguments.next().map_err(wrong)? {
        match argument {
            Value(name) if command.is_empty() => command = name.string().map_err(wrong)?,
            Long("data") => data = arguments.value().map_err(wrong)?.into(),
            Long("listen") => {
                listen = arguments.value().and_then(|v| v.string()).map_err(wrong)?;
            }
            Long("help") | Short('h') => return Ok(Wish::Help),
            other => return Err(wrong(other.unexpected())),
        }
    }
    let place = Place { data, listen };
    match command.as_str() {
        "" => Ok(Wish::Training(place)),
        "serve" => Ok(Wish::Serve(place)),
        "reset-training" => Ok(Wish::ResetTraining(place)),
        "build" => Ok(Wish::Build),
        "help" => Ok(Wish::Help),
        other => Err(HostError::Usage(format!(
            "{other} is not a command\n\n{HELP}"
        ))),
    }
}

fn grant(wish: Wish) -> Result<(), HostError> {
    match wish {
        Wish::Help => {
            print!("{HELP}");
            Ok(())
        }
        Wish::Build => build::build(Profile::from_environment()).map(drop),
        Wish::Training(place) => run(&place, as_it_is, training_links),
        Wish::ResetTraining(place) => run(&place, anew, training_links),
        Wish::Serve(place) => run(&place, as_it_is, first_link),
    }
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
    before: impl FnOnce(&Built, &Place) -> Result<(), HostError>,
    prepare: impl FnOnce(&Server) -> Result<(), HostError>,
) -> Result<(), HostError> {
    eprintln!("春暖 Chunnuan");
    // Before the long work: what would fail at its end fails now.
    serve::free(&place.listen)?;
    let built = build::build(Profile::from_environment())?;
    before(&built, place)?;
    let stopping = Arc::new(AtomicBool::new(false));
    let asked = stopping.clone();
    ctrlc::set_handler(move || asked.store(true, Ordering::SeqCst)).map_err(|e| {
        HostError::Tool {
            step: "listening for Ctrl-C",
            said: e.to_string(),
        }
    })?;
    let starting = || Server::start(&built, &place.data, &place.listen);
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
