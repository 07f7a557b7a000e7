//! The training campaign: made-up people in real villages of Cao County (曹县), pushed through the
//! real API by a device of its own.
//!
//! Names are drawn from common characters, telephone numbers from 1990000xxxx, and ID numbers
//! begin with 379900, which is nobody's division code: none is a real person's.

mod dice;
mod neighbours;
pub mod travel;

use crate::build::Built;
use crate::county::{self, Somebody};
use crate::device::Device;
use crate::error::{At, HostError};
use crate::links;
use crate::serve::Server;
use crate::show;
use dice::{Dice, GIVEN, NOTES, SURNAMES, WORK_AREAS};
use domain::area::Level;
use domain::campaign::Mode;
use domain::grant::{Grant, Role};
use domain::wire::{Invitation, SetupWhen};
use domain::{Area, Campaign, Change, Id, Value};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

const COUNTY: &str = "371721";
/// The township of the field worker's link.
const TOWNSHIP: &str = "371721101";
const VILLAGES_A_TOWNSHIP: usize = 6;
const HOUSEHOLDS_A_VILLAGE: usize = 12;
const TOWNSHIPS: usize = 14;

fn county() -> Area {
    Area::parse(COUNTY).expect("a county's code")
}

fn township() -> Area {
    Area::parse(TOWNSHIP).expect("a township's code")
}

pub fn field_worker() -> Invitation {
    links::invitation("林晓梅", Role::FieldWorker, township())
}

pub fn manager() -> Invitation {
    links::invitation("魏国强", Role::Coordinator, county())
}

/// Two months around today, on made-up people.
pub fn campaign(today: Date) -> Campaign {
    let mut campaign = around(today, "春暖行动（培训）", county());
    campaign.mode = Mode::Training;
    campaign
}

/// The settings with which a real campaign begins; its administrators change them.
pub fn real_campaign(province: Area) -> Campaign {
    around(domain::day_of(show::now_ms()), "春暖行动", province)
}

fn around(today: Date, name: &str, area: Area) -> Campaign {
    let days = |count: i64| jiff::Span::new().days(count);
    let (from, until) = (
        today.saturating_sub(days(14)),
        today.saturating_add(days(45)),
    );
    Campaign::new(crate::device::new_id(), name, area, from, until)
}

/// Empties the data of a training campaign; false if there is none in the folder.
///
/// # Errors
/// `RealCampaign` if the folder is not a training campaign's: then nothing is touched.
pub fn empty(built: &Built, data: &Path) -> Result<bool, HostError> {
    let objects = data.join("objects");
    if !objects.exists() {
        return Ok(false);
    }
    let server = Server::start(built, data, "127.0.0.1:0")?;
    let known = links::setup(&server, None, Vec::new(), SetupWhen::Always)?.campaign;
    server.stop();
    match known.map(|campaign| campaign.mode) {
        Some(Mode::Training) => std::fs::remove_dir_all(&objects)
            .at(&objects)
            .map(|()| true),
        Some(Mode::Real) => Err(HostError::RealCampaign {
            path: data.to_owned(),
        }),
        None => Ok(false),
    }
}

/// Fills an empty server with training data; an interrupted filling is completed.
///
/// # Errors
/// The server's refusal.
pub fn fill(server: &Server) -> Result<(), HostError> {
    let known = links::setup(server, None, Vec::new(), SetupWhen::Always)?.campaign;
    let today = domain::day_of(show::now_ms());
    let campaign = match known {
        Some(campaign) => campaign,
        None => {
            let fresh = campaign(today);
            links::setup(server, Some(fresh.clone()), Vec::new(), SetupWhen::Always)?;
            fresh
        }
    };
    let mut maker = links::invitation("培训资料", Role::FieldWorker, county());
    maker.grants.0.push(Grant::new(Role::Coordinator, county()));
    let answer = links::setup(server, None, vec![maker], SetupWhen::Always)?;
    let Some(link) = answer.links.first() else {
        return Ok(());
    };
    let mut device = Device::enrol(&server.own_url(), link, "training data")?;
    let held: BTreeSet<Id> = device.pull(county())?.into_keys().collect();
    let missing = made_up(&mut device, &campaign, today, &held)?;
    if missing.is_empty() {
        return Ok(());
    }
    show::step(
        &format!("making a training campaign ({} records)", missing.len()),
        || {
            for batch in missing.chunks(domain::change::BATCH_LIMIT) {
                let answered = device.push(county(), batch)?;
                let refused = answered.answers.iter().find_map(|answer| match answer {
                    domain::wire::Answer::Refused(refused) => Some(refused.sentence.clone()),
                    domain::wire::Answer::Accepted(_) => None,
                });
                if let Some(said) = refused {
                    return Err(HostError::Tool {
                        step: "making training data",
                        said,
                    });
                }
            }
            Ok(())
        },
    )
}

/// So many people of the training county, village by village, for whoever measures with more of
/// them than the campaign has. They are made one a millisecond, as a roster is read, and so are their
/// ids.
///
/// # Errors
/// If the list of villages cannot be read.
pub fn people(device: &mut Device, count: usize) -> Result<Vec<Change>, HostError> {
    let campaign = device.profile.campaign.clone();
    let held = BTreeSet::new();
    let mut making = Making::begun(device, &held, &campaign);
    for area in villages()?.into_iter().cycle().take(count) {
        making.begun_ms += 1;
        let household = making.id(making.begun_ms);
        let name = format!("{}{}", making.dice.of(SURNAMES), making.dice.of(GIVEN));
        let phone = making.phone();
        making.worker(area, household, &name, &phone, &campaign);
    }
    Ok(making.changes)
}

struct Making<'a> {
    device: &'a mut Device,
    held: &'a BTreeSet<Id>,
    dice: Dice,
    begun_ms: i64,
    count: u64,
    changes: Vec<Change>,
    people: Vec<Somebody>,
    homes: Vec<Home>,
}

/// A household, with whom it is by.
struct Home {
    area: Area,
    household: Id,
    worker: Id,
    surname: &'static str,
}

fn made_up(
    device: &mut Device,
    campaign: &Campaign,
    today: Date,
    held: &BTreeSet<Id>,
) -> Result<Vec<Change>, HostError> {
    let mut making = Making::begun(device, held, campaign);
    for (order, village) in villages()?.into_iter().enumerate() {
        for house in 0..HOUSEHOLDS_A_VILLAGE {
            let day = today.saturating_add(jiff::Span::new().days((order % 6) as i64));
            making.household(village, house, day, campaign);
        }
        if order == 0 {
            making.twice(village, campaign);
        }
    }
    travel::fill(&mut making, today);
    neighbours::add(&mut making, campaign, today);
    let (mut changes, people) = (making.changes, making.people);
    let more = county::made_up(device, campaign, county(), today, &people);
    changes.extend(more.into_iter().filter(|change| !held.contains(&change.id)));
    Ok(changes)
}

impl<'a> Making<'a> {
    fn begun(device: &'a mut Device, held: &'a BTreeSet<Id>, campaign: &Campaign) -> Self {
        Self {
            device,
            held,
            dice: Dice(0x5EED_CAFE),
            begun_ms: domain::start_of(campaign.from) + 9 * 3_600_000,
            count: 0,
            changes: Vec::new(),
            people: Vec::new(),
            homes: Vec::new(),
        }
    }

    fn id(&mut self, at_ms: i64) -> Id {
        self.count += 1;
        let mut tail = [0; 10];
        tail[..8].copy_from_slice(&(self.count.wrapping_mul(0x9E37_79B9_7F4A_7C15)).to_be_bytes());
        Id::new(at_ms, tail)
    }

    fn put(&mut self, id: Id, kind: &str, area: Area, cells: &[(&str, Value)]) {
        let change = self.device.makes(id, kind, area, cells);
        if !self.held.contains(&id) {
            self.changes.push(change);
        }
    }

    fn household(&mut self, area: Area, house: usize, due: Date, campaign: &Campaign) {
        let surname = self.dice.of(SURNAMES);
        let head = format!("{surname}{}", self.dice.of(GIVEN));
        let id = self.id(self.begun_ms);
        let address = format!("{}号", house + 1);
        let phone = self.phone();
        let cells = [
            ("head", head.as_str().into()),
            ("address", address.as_str().into()),
            ("phone", phone.as_str().into()),
        ];
        self.put(id, "household", area, &cells);
        let people = 1 + self.dice.below(3);
        let mut in_need = false;
        for person in 0..people {
            let name = match person {
                0 => head.clone(),
                _ => format!("{surname}{}", self.dice.of(GIVEN)),
            };
            let (worker, priority) = self.worker(area, id, &name, &phone, campaign);
            in_need |= priority;
            if person == 0 {
                let household = id;
                self.homes.push(Home {
                    area,
                    household,
                    worker,
                    surname,
                });
            }
        }
        if self.dice.once_in(4) {
            self.visit(area, id, campaign);
        } else {
            self.task(area, id, due, in_need);
        }
        if self.dice.once_in(9) {
            self.need(area, id, campaign);
        }
    }

    /// Somebody whom two colleagues have registered, to be found and merged.
    fn twice(&mut self, area: Area, campaign: &Campaign) {
        let home = self.id(self.begun_ms);
        let cells = [("head", "孙传宝".into()), ("address", "13号".into())];
        self.put(home, "household", area, &cells);
        let phone = self.phone();
        self.worker(area, home, "孙传宝", &phone, campaign);
        let again = self.id(self.begun_ms + 180_000);
        let cells = [
            ("name", "孙传宝".into()),
            ("flow", "staying".into()),
            ("phone", phone.as_str().into()),
            ("trade", "catering".into()),
            ("household", home.to_string().as_str().into()),
        ];
        self.put(again, "worker", area, &cells);
    }

    fn phone(&mut self) -> String {
        format!("1990000{:04}", self.dice.below(10_000))
    }

    fn worker(
        &mut self,
        area: Area,
        household: Id,
        name: &str,
        phone: &str,
        campaign: &Campaign,
    ) -> (Id, bool) {
        let id = self.id(self.begun_ms + 60_000);
        let number = self.id_number();
        let flow = self.dice.of(domain::kinds::worker::FLOWS);
        let mut cells: Vec<(&str, Value)> = vec![
            ("name", name.into()),
            ("flow", flow.into()),
            ("phone", phone.into()),
            ("document", "resident_id".into()),
            ("id_number", number.as_str().into()),
            ("household", household.to_string().as_str().into()),
            ("work_area", self.dice.of(WORK_AREAS).into()),
            ("trade", self.dice.of(domain::kinds::worker::TRADES).into()),
            ("consent", "signed".into()),
            ("consent_on", campaign.from.to_string().as_str().into()),
        ];
        cells.extend(domain::person::derived(&number, campaign.until));
        let priority = self.dice.once_in(3);
        if priority {
            let category = self.dice.of(domain::kinds::worker::PRIORITIES);
            cells.push(("priority", Value::List(vec![category.into()])));
        }
        if flow == "returning" {
            cells.push(("returned_on", campaign.from.to_string().as_str().into()));
        }
        self.put(id, "worker", area, &cells);
        self.people.push(Somebody {
            id,
            household,
            area,
            name: name.to_owned(),
            phone: phone.to_owned(),
        });
        (id, priority)
    }

    fn id_number(&mut self) -> String {
        let (year, month) = (1962 + self.dice.below(42), 1 + self.dice.below(12));
        let (day, order) = (1 + self.dice.below(28), self.dice.below(1000));
        let digits = format!("379900{year}{month:02}{day:02}{order:03}");
        let check = domain::check::resident_id_check(&digits).unwrap_or('X');
        format!("{digits}{check}")
    }

    fn visit(&mut self, area: Area, household: Id, campaign: &Campaign) {
        let day = campaign
            .from
            .saturating_add(jiff::Span::new().days(self.dice.below(13) as i64));
        let id = self.id(domain::start_of(day) + 10 * 3_600_000);
        let situation = self
            .dice
            .of(&["well", "well", "well", "needs_help", "not_met"]);
        let mut cells: Vec<(&str, Value)> = vec![
            ("household", household.to_string().as_str().into()),
            ("date", day.to_string().as_str().into()),
            ("form", "home".into()),
            ("situation", situation.into()),
            ("given", Value::List(vec!["letter".into(), "policy".into()])),
        ];
        if situation != "not_met" {
            cells.push((
                "satisfaction",
                self.dice.of(&["satisfied", "satisfied", "fair"]).into(),
            ));
        }
        self.put(id, "visit", area, &cells);
    }

    fn task(&mut self, area: Area, household: Id, due: Date, in_need: bool) {
        let id = self.id(self.begun_ms + 120_000);
        let what = if in_need {
            "节前走访（重点户）"
        } else {
            "节前走访"
        };
        let cells = [
            ("what", what.into()),
            ("due", due.to_string().as_str().into()),
            ("does", "visit".into()),
            ("household", household.to_string().as_str().into()),
        ];
        self.put(id, "task", area, &cells);
    }

    fn need(&mut self, area: Area, household: Id, campaign: &Campaign) {
        let day = campaign
            .from
            .saturating_add(jiff::Span::new().days(self.dice.below(14) as i64));
        let id = self.id(domain::start_of(day) + 11 * 3_600_000);
        let answered = self.dice.once_in(2);
        let mut cells: Vec<(&str, Value)> = vec![
            ("what", self.dice.of(NOTES).into()),
            (
                "department",
                self.dice.of(&["civil", "hr", "health", "rural"]).into(),
            ),
            (
                "urgency",
                self.dice.of(&["normal", "normal", "urgent"]).into(),
            ),
            ("household", household.to_string().as_str().into()),
        ];
        if answered {
            cells.push(("step", "done".into()));
            cells.push(("answered_on", day.to_string().as_str().into()));
            cells.push(("answer", "已上门处理".into()));
        }
        self.put(id, "need", area, &cells);
    }
}

/// The villages of the training campaign: the field worker's township first.
fn villages() -> Result<Vec<Area>, HostError> {
    let packed = include_bytes!("../../domain/data/villages-37.csv.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_string(&mut text)
        .at("villages-37.csv.gz")?;
    let codes = text
        .lines()
        .filter_map(|line| Area::parse(line.split(',').next()?));
    let here: Vec<Area> = codes.filter(|code| county().contains(*code)).collect();
    let mut townships: Vec<Area> = here.iter().filter_map(|v| v.at(Level::Township)).collect();
    townships.dedup();
    townships.sort_by_key(|area| *area != township());
    let of = |area: Area| {
        here.iter()
            .filter(move |v| area.contains(**v))
            .take(VILLAGES_A_TOWNSHIP)
    };
    Ok(townships
        .into_iter()
        .take(TOWNSHIPS)
        .flat_map(of)
        .copied()
        .collect())
}
