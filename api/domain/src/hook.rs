//! Webhooks: another program hears when a clock runs out, and nothing about anybody. What is sent
//! and how it is signed follows the Standard Webhooks specification (standardwebhooks.com).

use crate::due::{self, Clock};
use crate::indicator::LateVisit;
use crate::kinds::dependant;
use crate::{Area, Campaign, Id, Record};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[cfg(feature = "schema")]
use utoipa::ToSchema;

/// How long a webhook's name may be, in characters, and its address in bytes.
pub const NAME_LIMIT: usize = 60;
pub const URL_LIMIT: usize = 500;
/// No more live ones than this in a campaign.
pub const LIMIT: usize = 20;
/// A delivery waits so long for an answer.
pub const PATIENCE_MS: i64 = 10_000;
/// One that fails is shown as failing from so many failures in a row on.
pub const FAILING: i64 = 3;
/// One that has done nothing but fail for so long is stopped.
pub const GIVEN_UP_MS: i64 = 5 * 86_400_000;

/// `POST /api/hooks`: an address that hears of an area's clocks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct HookAsk {
    pub name: String,
    pub area: Area,
    pub url: String,
}

/// The answer; the secret is told this once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct HookAnswer {
    pub id: Id,
    /// `whsec_` and the key in base64.
    pub secret: String,
}

/// `GET /api/hooks`: the webhooks in the asker's reach.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct HookList {
    pub hooks: Vec<Hook>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Hook {
    pub id: Id,
    pub name: String,
    pub area: Area,
    pub url: String,
    /// Who made it.
    pub person: Id,
    /// Moments are in milliseconds since 1970 UTC.
    pub made: i64,
    /// When something was delivered last.
    pub delivered: Option<i64>,
    /// When it last failed, and how: an HTTP status, or `unreachable` or `too_slow`.
    pub failed: Option<i64>,
    pub error: Option<String>,
    /// Failures since the last delivery; see [`FAILING`].
    pub failures: i64,
    /// What waits to be delivered.
    pub waiting: u64,
    pub stopped: Option<i64>,
}

impl Hook {
    pub fn is_failing(&self) -> bool {
        self.failures >= FAILING
    }
}

/// A clock that has run out: what is told of it, which names nobody.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct RunOut {
    pub kind: String,
    pub record: Id,
    pub area: Area,
    /// The clock's name among the campaign's settings; `task` for a task's day.
    pub clock: String,
    /// When it ran out, in milliseconds since 1970 UTC.
    pub due: i64,
}

/// The body of a delivery.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ToSchema))]
pub struct Told {
    /// `clock.ran_out`, or `test`.
    #[serde(rename = "type")]
    pub what: String,
    /// When it was noticed, in milliseconds since 1970 UTC.
    pub noticed: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<RunOut>,
}

impl RunOut {
    /// The clock of a record that has run out by now, and when the record's clock will otherwise.
    pub fn of(record: &Record, campaign: &Campaign, now_ms: i64) -> Rung {
        let Some(Clock { name, due }) = due::clock(record, campaign) else {
            return Rung::Never;
        };
        match record.area() {
            Some(area) if due <= now_ms => Rung::Out(Self {
                kind: record.kind.clone(),
                record: record.id,
                area,
                clock: name.to_owned(),
                due,
            }),
            Some(_) => Rung::At(due),
            None => Rung::Never,
        }
    }

    /// A visit to an elder or a child that is overdue: told of who is to be visited.
    pub fn of_visit(late: &LateVisit) -> Self {
        Self {
            kind: dependant::DEPENDANT.name.to_owned(),
            record: late.dependant,
            area: late.area,
            clock: late.clock.to_owned(),
            due: late.due,
        }
    }

    /// The delivery's id, the same whenever it is told to the same webhook again.
    pub fn id_for(&self, hook: Id) -> String {
        let mut hash = Sha256::new();
        hash.update(hook.as_bytes());
        hash.update(self.record.as_bytes());
        hash.update(self.due.to_be_bytes());
        hash.update(&self.clock);
        let name = hash.finalize();
        let hex = |id: String, byte: &u8| id + &format!("{byte:02x}");
        name.iter().take(16).fold("msg_".to_owned(), hex)
    }
}

/// Where a record's clock stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rung {
    /// None runs.
    Never,
    /// It runs out then.
    At(i64),
    Out(RunOut),
}

/// What a signature is made over: `{id}.{seconds}.{body}`.
pub fn signed(id: &str, seconds: i64, body: &str) -> String {
    format!("{id}.{seconds}.{body}")
}

/// How long a webhook is left alone after so many failures in a row, in milliseconds; what waits for
/// it waits with it. The steps are those that Standard Webhooks advises; after the last it is
/// tried once a day until [`GIVEN_UP_MS`].
pub fn again(failures: i64) -> i64 {
    const SECOND: i64 = 1_000;
    const MINUTE: i64 = 60 * SECOND;
    const HOUR: i64 = 60 * MINUTE;
    const STEPS: [i64; 9] = [
        5 * SECOND,
        5 * MINUTE,
        30 * MINUTE,
        2 * HOUR,
        5 * HOUR,
        10 * HOUR,
        14 * HOUR,
        20 * HOUR,
        24 * HOUR,
    ];
    let at = usize::try_from(failures - 1).unwrap_or(0);
    STEPS[at.min(STEPS.len() - 1)]
}

/// Which addresses may be called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Named hosts of the internet, by HTTPS.
    Public,
    /// Also this machine's own, without TLS: of a server that is itself only on this machine.
    OwnMachine,
}

/// Why an address is refused; each code has its sentence in every language, `trouble.<code>`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HookFault {
    #[error("a webhook needs an address that begins with https:// and has no spaces or signs")]
    Address,
    #[error("a webhook's address holds no user name and no password; the signature is the proof")]
    Credentials,
    #[error("a webhook's address names a host of the internet, not a number or a machine near by")]
    Host,
    #[error("there are as many webhooks as a campaign may have; stop one first")]
    TooMany,
}

impl HookFault {
    pub const ALL: [Self; 4] = [Self::Address, Self::Credentials, Self::Host, Self::TooMany];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Address => "hook_address",
            Self::Credentials => "hook_credentials",
            Self::Host => "hook_host",
            Self::TooMany => "hook_too_many",
        }
    }
}

/// Whether an address may be called. Strict, so that no program reads another host in it: plain
/// letters only, and never a number instead of a name. To where a name leads is the network's to
/// refuse: the own server's lets nothing through to private addresses.
///
/// # Errors
/// The first [`HookFault`].
pub fn check(url: &str, reach: Reach) -> Result<(), HookFault> {
    let plain = |c: u8| c.is_ascii_graphic() && !b"\\\"<>^`{|}#".contains(&c);
    if url.len() > URL_LIMIT || !url.bytes().all(plain) {
        return Err(HookFault::Address);
    }
    let own = reach == Reach::OwnMachine;
    let (rest, near) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (rest, false),
        (None, Some(rest)) if own => (rest, true),
        _ => return Err(HookFault::Address),
    };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    if host.contains('@') {
        return Err(HookFault::Credentials);
    }
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    if !port.parse::<u16>().is_ok_and(|port| port > 0) || port.starts_with('+') {
        return Err(HookFault::Address);
    }
    if own && ["127.0.0.1", "localhost"].contains(&name) {
        return Ok(());
    }
    if near || !is_of_the_internet(name) {
        return Err(HookFault::Host);
    }
    Ok(())
}

/// Names that no resolver of the internet answers for.
const NEAR: [&str; 9] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "arpa",
];

fn is_of_the_internet(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let right = |label: &&str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|c| c.is_ascii_alphanumeric() || c == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // What ends in a number is an address, however it is written (WHATWG URL, “ends in a number”).
    let last = labels.last().copied().unwrap_or_default();
    let top = last.to_ascii_lowercase();
    labels.len() >= 2
        && name.len() <= 253
        && labels.iter().all(right)
        && top.starts_with(|c: char| c.is_ascii_alphabetic())
        && !NEAR.contains(&top.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::need;
    use crate::{Stamp, start_of};
    use jiff::civil::date;

    #[test]
    fn only_named_hosts_of_the_internet_are_called_and_only_by_https() {
        let public = |url| check(url, Reach::Public);
        for right in [
            "https://hooks.example.cn",
            "https://hooks.example.cn:8443/in?a=b",
            "https://xn--fiqs8s.example.com/in?key=1",
        ] {
            assert_eq!(public(right), Ok(()), "{right}");
        }
        for wrong in [
            "http://hooks.example.cn/",
            "ftp://hooks.example.cn/",
            "https://hooks.example.cn/ x",
            "https://hooks.example.cn\\@127.0.0.1/",
            "https://hooks.example.cn/#part",
            "https://hooks.example.cn:0/",
            "https://hooks.example.cn:99999/",
            "https://钩子.example.cn/",
            "",
        ] {
            assert_eq!(public(wrong), Err(HookFault::Address), "{wrong}");
        }
        for secret in [
            "https://me:secret@example.cn/",
            "https://example.cn@10.0.0.1/",
        ] {
            assert_eq!(public(secret), Err(HookFault::Credentials), "{secret}");
        }
        for near in [
            "https://127.0.0.1/",
            "https://10.1.2.3/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0x7f000001/",
            "https://127.1/",
            "https://169.254.169.254/latest",
            "https://localhost/",
            "https://server/",
            "https://printer.local/",
            "https://localhost.localdomain/",
            "https://metadata.google.internal/",
            "https://example.cn./",
            "https://1.2.3.4./",
            "https://-a.example.cn/",
        ] {
            assert_eq!(public(near), Err(HookFault::Host), "{near}");
        }
        // In brackets stands a number, too.
        assert!(public("https://[::1]/").is_err());
        assert!(public("https://[fd00::1]:443/").is_err());
    }

    #[test]
    fn a_server_on_this_machine_only_may_call_this_machine() {
        let own = |url| check(url, Reach::OwnMachine);
        assert_eq!(own("http://127.0.0.1:9000/in"), Ok(()));
        assert_eq!(own("https://hooks.example.cn/"), Ok(()));
        assert_eq!(own("http://10.0.0.1/"), Err(HookFault::Host));
        assert_eq!(own("http://hooks.example.cn/"), Err(HookFault::Host));
    }

    #[test]
    fn a_need_that_nobody_accepted_is_told_by_its_clock_and_once_under_one_id() {
        let shandong = Area::parse("37").unwrap();
        let campaign = Campaign::new(
            Id::new(0, [0; 10]),
            "春暖行动",
            shandong,
            date(2023, 1, 1),
            date(2023, 2, 28),
        );
        let raised = start_of(date(2023, 1, 20)) + 9 * 3_600_000;
        let mut need = Record::new(Id::new(raised, [0; 10]), "need");
        need.put("area", "371721101004".into(), Stamp::default());
        need.set(&need::URGENCY, "urgent".to_owned(), Stamp::default());
        let due = start_of(date(2023, 1, 21));
        assert_eq!(RunOut::of(&need, &campaign, due - 1), Rung::At(due));
        let Rung::Out(out) = RunOut::of(&need, &campaign, due) else {
            panic!("it has run out");
        };
        assert_eq!(out.clock, "urgent_need_accepted");
        assert_eq!(out.id_for(need.id), out.clone().id_for(need.id));
        assert_ne!(out.id_for(need.id), out.id_for(campaign.id));
        need.set(&need::STEP, "accepted".to_owned(), Stamp::default());
        assert_eq!(RunOut::of(&need, &campaign, due), Rung::Never);
    }

    #[test]
    fn an_address_that_does_not_answer_is_tried_for_days_at_longer_and_longer_distances() {
        let steps: Vec<i64> = (1..=9).map(again).collect();
        assert!(steps.is_sorted() && steps[0] < 10_000);
        assert_eq!(again(100), 86_400_000);
        assert!(steps.iter().sum::<i64>() < GIVEN_UP_MS);
    }
}
