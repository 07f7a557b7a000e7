//! 服务场所: where the campaign meets people: centres, markets, station posts, venues (C5, C11).

use crate::Area;
use crate::area::Level;
use crate::field::Input;
use std::borrow::Cow;

pub const TYPES: &[&str] = &[
    "service_centre",
    "return_station",
    "casual_market",
    "union_centre",
    "station_post",
    "venue",
    "harbour",
    "legal_station",
    "clinic",
    "storehouse",
    "other",
];
pub const SERVICES: &[&str] = &[
    "advice",
    "jobs",
    "training",
    "rights",
    "medical",
    "tickets",
    "rest",
    "hot_water",
    "charging",
    "luggage",
    "children",
    "culture",
];

crate::kind! {
    PLACE "place" in People for [] by [FieldWorker, Coordinator] is [Published];
    title Some("name");
    about [];
    steps None;
    NAME: String = "name" => Input::Text; required,
    TYPE: String = "type" => Input::Choice(Cow::Borrowed(TYPES)); required,
    DEPARTMENT: String = "department" => Input::Department; required,
    AREA: Area = "area" => Input::Area(Level::Province); required,
    SERVICES_OFFERED: Vec<String> = "services" => Input::Choices(Cow::Borrowed(SERVICES)),
    ADDRESS: String = "address" => Input::Text,
    HOURS: String = "hours" => Input::Text,
    PHONE: String = "phone" => Input::Phone,
    CAPACITY: i64 = "capacity" => Input::Number(1, 100_000),
    KEEPER: String = "keeper" => Input::Text; personal,
    PHOTOS: Vec<String> = "photos" => Input::Photos; personal,
    SPOT: Vec<i64> = "spot" => Input::Spot; personal,
    NOTE: String = "note" => Input::LongText; personal,
}
