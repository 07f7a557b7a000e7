//! The Worker beside a bucket, as on Cloudflare: Miniflare's R2, over the runtime that all stories
//! share. An own server has no bucket.

use crate::world::{built, campaign_today, npm_packages};
use domain::wire::{Invitation, SetupAsk, SetupWhen};
use host::device::Device;
use host::links;
use serde::Deserialize;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const SETUP_KEY: &str = "the setup key of this story";

/// What lies in the bucket.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Object {
    pub key: String,
    pub size: usize,
    #[serde(rename = "type")]
    pub content_type: Option<String>,
}

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct Cloud {
    child: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    url: String,
}

impl Cloud {
    /// Starts the server at an address over the data of that folder, with a bucket or without.
    ///
    /// # Panics
    /// If it does not start; it has said why.
    pub fn start(data: &Path, listen: &str, bucket: bool) -> Self {
        let built = built();
        let (_, port) = listen.rsplit_once(':').expect("an address has a port");
        let told = serde_json::json!({
            "worker": built.worker,
            "data": data,
            "port": port.parse::<u16>().expect("a port"),
            "key": SETUP_KEY,
            "bucket": bucket,
        });
        let mut child = Command::new("node")
            .arg(npm_packages().join("src/bucket.mjs"))
            .arg(told.to_string())
            .env("MINIFLARE_WORKERD_PATH", &built.workerd)
            // It looks for a runtime of its own even so, and there finds ours.
            .env("NODE_PATH", host::tools::root().join("api/node_modules"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js starts");
        let ask = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("its output"));
        let mut cloud = Self {
            child,
            ask,
            answers,
            url: format!("http://{listen}"),
        };
        assert_eq!(cloud.answer(), "ready");
        cloud
    }

    /// Sets a campaign up and enrols a device for each person.
    ///
    /// # Panics
    /// If the server refuses.
    pub fn enrol<const N: usize>(&self, people: [Invitation; N]) -> [Device; N] {
        let ask = SetupAsk {
            campaign: Some(campaign_today()),
            invitations: people.to_vec(),
            when: SetupWhen::Always,
        };
        let answer = links::setup_at(&self.url, SETUP_KEY, &ask);
        let answer = answer.unwrap_or_else(|error| panic!("{error}"));
        let mut links = answer.links.into_iter();
        people.map(|person| {
            let link = links.next().expect("a link for each");
            Device::enrol(&self.url, &link, &person.name).unwrap_or_else(|error| panic!("{error}"))
        })
    }

    /// # Panics
    /// If there is no bucket.
    pub fn objects(&mut self) -> Vec<Object> {
        self.say("list");
        serde_json::from_str(&self.answer()).expect("a list of objects")
    }

    /// Takes an object away, as somebody does who cleans a bucket up.
    pub fn delete(&mut self, key: &str) {
        self.say(key);
        assert_eq!(self.answer(), "deleted");
    }

    fn say(&mut self, line: &str) {
        let ask = self.ask.as_mut().expect("it listens");
        writeln!(ask, "{line}").expect("it listens");
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        line.trim().to_owned()
    }
}

impl Drop for Cloud {
    /// With its input closed it ends its runtime, too.
    fn drop(&mut self) {
        self.ask = None;
        let _ = self.child.wait();
    }
}
