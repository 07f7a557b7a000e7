//! The county's side of the training campaign: places, employers, courses, posts, and some matters
//! in each step, about people of the villages.

use crate::device::Device;
use domain::campaign::Campaign;
use domain::{Area, Change, Id, Value};
use jiff::civil::Date;

/// A made-up worker of a village, to whom something may happen.
#[derive(Clone, Debug)]
pub struct Somebody {
    pub id: Id,
    pub household: Id,
    pub area: Area,
    pub name: String,
    pub phone: String,
}

struct Making<'a> {
    device: &'a mut Device,
    county: Area,
    today: Date,
    begun_ms: i64,
    count: u64,
    changes: Vec<Change>,
}

/// Everything of the county, always under the same ids.
pub fn made_up(
    device: &mut Device,
    campaign: &Campaign,
    county: Area,
    today: Date,
    people: &[Somebody],
) -> Vec<Change> {
    let mut making = Making {
        device,
        county,
        today,
        begun_ms: domain::start_of(campaign.from) + 8 * 3_600_000,
        count: 0,
        changes: Vec::new(),
    };
    let place = making.places();
    let employer = making.employers();
    making.employment(employer);
    making.people(people, employer, place);
    making.township(people);
    making.changes
}

fn text(value: &str) -> Value {
    Value::from(value)
}

fn reference(id: Id) -> Value {
    Value::Text(id.to_string())
}

impl Making<'_> {
    fn put(&mut self, kind: &str, area: Area, at_ms: i64, cells: &[(&str, Value)]) -> Id {
        self.count += 1;
        let mut tail = [0xC0; 10];
        tail[2..].copy_from_slice(&self.count.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
        let id = Id::new(at_ms, tail);
        self.changes.push(self.device.makes(id, kind, area, cells));
        id
    }

    fn here(&mut self, kind: &str, cells: &[(&str, Value)]) -> Id {
        self.put(kind, self.county, self.begun_ms, cells)
    }

    fn day(&self, days: i64) -> Value {
        let day = self.today.saturating_add(jiff::Span::new().days(days));
        Value::Text(day.to_string())
    }

    fn hours_ago(&self, hours: i64) -> i64 {
        crate::show::now_ms() - hours * 3_600_000
    }

    /// Gives the place from which goods are issued.
    fn places(&mut self) -> Id {
        let mut first = None;
        for (name, kind, department) in [
            ("曹县农村务工人员服务中心", "service_centre", "hr"),
            ("曹县零工市场", "casual_market", "hr"),
            ("曹县汽车站服务点", "station_post", "transport"),
            ("曹县文化馆", "venue", "culture"),
            ("庄寨镇童心港湾", "harbour", "youth"),
        ] {
            let id = self.here(
                "place",
                &[
                    ("name", text(name)),
                    ("type", text(kind)),
                    ("department", text(department)),
                ],
            );
            first.get_or_insert(id);
        }
        let place = first.unwrap_or_else(|| Id::from_bytes([0; 16]));
        for (item, quantity) in [("rice", 200), ("quilt", 80), ("spring_couplets", 500)] {
            let day = self.day(-10);
            self.here(
                "stock_move",
                &[
                    ("place", reference(place)),
                    ("item", text(item)),
                    ("direction", text("in")),
                    ("quantity", Value::Int(quantity)),
                    ("reason", text("purchased")),
                    ("date", day),
                ],
            );
        }
        place
    }

    fn employers(&mut self) -> Id {
        let mut first = None;
        for (name, trade) in [
            ("曹县宏远建筑工程队", "construction"),
            ("庄寨镇兴华板材厂", "manufacturing"),
        ] {
            let id = self.here("employer", &[("name", text(name)), ("trade", text(trade))]);
            first.get_or_insert(id);
        }
        first.unwrap_or_else(|| Id::from_bytes([0; 16]))
    }

    fn employment(&mut self, employer: Id) {
        let (from, until) = (self.day(5), self.day(12));
        self.here(
            "course",
            &[
                ("name", text("电焊工春训班")),
                ("subject", text("welding")),
                ("mode", text("on_site")),
                ("from", from),
                ("until", until),
                ("seats", Value::Int(40)),
            ],
        );
        for (post, openings) in [("板材质检员", 6), ("电焊工", 10), ("食堂帮厨", 3)] {
            self.here(
                "vacancy",
                &[
                    ("post", text(post)),
                    ("openings", Value::Int(openings)),
                    ("employer", reference(employer)),
                ],
            );
        }
    }

    fn people(&mut self, people: &[Somebody], employer: Id, place: Id) {
        let day = self.day(-3);
        for (order, somebody) in people.iter().enumerate().take(24) {
            let worker = reference(somebody.id);
            let home = reference(somebody.household);
            let at = self.begun_ms + 3_600_000;
            match order % 4 {
                0 => self.put(
                    "job_status",
                    somebody.area,
                    at,
                    &[
                        ("worker", worker),
                        ("date", day.clone()),
                        (
                            "status",
                            text(if order % 8 == 0 { "looking" } else { "working" }),
                        ),
                    ],
                ),
                1 => {
                    let leaves = self.day(6 + (order % 7) as i64);
                    self.put(
                        "travel_plan",
                        somebody.area,
                        at,
                        &[
                            ("worker", worker),
                            ("direction", text("out")),
                            ("travels_on", leaves),
                            ("from", text("曹县")),
                            ("to", text(if order % 3 == 0 { "青岛" } else { "济南" })),
                            ("mode", text("road")),
                        ],
                    )
                }
                2 => self.put(
                    "gift_issue",
                    somebody.area,
                    at,
                    &[
                        ("household", home),
                        ("item", text("rice")),
                        ("quantity", Value::Int(1)),
                        ("place", reference(place)),
                        ("date", day.clone()),
                    ],
                ),
                _ => self.dependant(somebody, order),
            };
        }
        self.matters(people, employer);
    }

    fn dependant(&mut self, somebody: &Somebody, order: usize) -> Id {
        let surname: String = somebody.name.chars().take(1).collect();
        let child = order.is_multiple_of(8);
        let (given, kind, birth) = if child || order % 8 == 7 {
            ("小雨", "child", "2016-05-12")
        } else {
            ("奶奶", "elder", "1946-08-03")
        };
        self.put(
            "dependant",
            somebody.area,
            self.begun_ms,
            &[
                ("name", Value::Text(format!("{surname}{given}"))),
                ("type", text(kind)),
                ("birth", text(birth)),
                ("risk", text(["high", "watch", "low"][order / 4 % 3])),
                ("worker", reference(somebody.id)),
                ("household", reference(somebody.household)),
            ],
        )
    }

    fn matters(&mut self, people: &[Somebody], employer: Id) {
        let stages = ["received", "filed", "mediating", "closed"];
        for (somebody, stage) in people.iter().skip(30).zip(stages) {
            let days = |count: i64| self.day(count);
            let (received, filed, later) = (days(-9), days(-7), days(-4));
            let mut cells = vec![
                ("claimants", Value::List(vec![reference(somebody.id)])),
                ("employer", reference(employer)),
                ("employer_name", text("曹县宏远建筑工程队")),
                ("channel", text("visit")),
                ("owed", Value::Int(1_860_000)),
                ("people", Value::Int(3)),
                ("months", Value::Int(4)),
                ("received_on", received),
                ("stage", text(stage)),
            ];
            if stage != "received" {
                cells.push(("filed_on", filed));
            }
            if stage == "mediating" || stage == "closed" {
                cells.push(("mediating_on", later.clone()));
            }
            if stage == "closed" {
                cells.push(("closed_on", later));
                cells.push(("outcome", text("paid")));
                cells.push(("recovered", Value::Int(1_860_000)));
            }
            self.put("wage_case", somebody.area, self.begun_ms, &cells);
        }
        if let Some(somebody) = people.get(40) {
            let reported = self.hours_ago(5);
            self.put(
                "rescue",
                somebody.area,
                self.begun_ms,
                &[
                    ("what", text("房屋失火，临时无处居住")),
                    ("reported_at", Value::Int(reported)),
                    ("household", reference(somebody.household)),
                ],
            );
        }
        let seen = self.hours_ago(3);
        self.here(
            "opinion",
            &[
                ("what", text("有网民反映汽车站购票排队时间长")),
                ("seen_where", text("douyin")),
                ("seen_at", Value::Int(seen)),
            ],
        );
    }

    fn township(&mut self, people: &[Somebody]) {
        let Some(township) = people
            .first()
            .and_then(|somebody| somebody.area.at(domain::area::Level::Township))
        else {
            return;
        };
        for (direction, amount, kind) in [
            ("in", 2_000_000, "allocation"),
            ("out", 80_000, "relief"),
            ("out", 120_000, "relief"),
        ] {
            let day = self.day(-6);
            self.put(
                "fund_entry",
                township,
                self.begun_ms,
                &[
                    ("direction", text(direction)),
                    ("amount", Value::Int(amount)),
                    ("kind_of_entry", text(kind)),
                    ("approved_by", text("马镇长")),
                    ("date", day),
                ],
            );
        }
    }
}
