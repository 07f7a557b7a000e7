//! One role in one area, as it is put together on the screen: an officer's department and a
//! volunteer's place or trip are asked for where they are needed.

use super::area;
use super::asked::{asked, told};
use super::parts::choose;
use crate::desk::Desk;
use domain::grant::Role;
use domain::wire::Posts;
use domain::{Area, Department, Grant, Id};
use leptos::prelude::*;

pub const ROLES: [Role; 5] = [
    Role::FieldWorker,
    Role::StationVolunteer,
    Role::DepartmentOfficer,
    Role::Coordinator,
    Role::Administrator,
];

/// What has been chosen so far.
#[derive(Clone, Copy)]
pub struct Half {
    role: RwSignal<String>,
    pub area: RwSignal<Option<Area>>,
    department: RwSignal<String>,
    place: RwSignal<String>,
}

impl Half {
    pub fn new(desk: Desk) -> Self {
        Self {
            role: RwSignal::new(Role::FieldWorker.key().to_owned()),
            area: RwSignal::new(area::first_root(desk)),
            department: RwSignal::new(String::new()),
            place: RwSignal::new(String::new()),
        }
    }

    pub fn role(self) -> Role {
        self.role.with(|key| role(key))
    }

    /// The grant, as far as it goes; whether anything is missing says [`Grant::is_whole`].
    pub fn grant(self) -> Option<Grant> {
        let role = self.role();
        let area = self.area.get()?;
        let department = self.department.with(|key| Department::parse(key));
        let place = self.place.with(|id| Id::parse(id));
        Some(Grant {
            role,
            area,
            department: department.filter(|_| role == Role::DepartmentOfficer),
            place: place.filter(|_| role == Role::StationVolunteer),
        })
    }
}

fn role(key: &str) -> Role {
    let known = ROLES.iter().find(|role| role.key() == key);
    known.copied().unwrap_or(Role::FieldWorker)
}

/// The departments that take part in the campaign.
pub fn departments(desk: Desk) -> Vec<Department> {
    let profile = desk.profile();
    let takes_part = |department: &&Department| {
        let campaign = profile.as_ref().map(|profile| &profile.campaign);
        campaign.is_none_or(|campaign| campaign.has(**department))
    };
    Department::ALL.iter().filter(takes_part).copied().collect()
}

pub fn editor(desk: Desk, half: Half) -> impl IntoView {
    let roles = move || {
        let named = |role: Role| {
            let key = role.key();
            (key.to_owned(), desk.t(&format!("role.{key}")))
        };
        ROLES.map(named).to_vec()
    };
    let posts = asked::<Posts>(desk, move || {
        let area = half.area.get()?;
        let asks = half.role() == Role::StationVolunteer;
        asks.then(|| format!("/api/posts/{}", area.ledger()))
    });
    view! {
        {move || choose(desk, "grant-role", "admin.role", roles(), half.role)}
        {area::picker(desk, half.area, "grant-area")}
        {move || match half.role() {
            Role::DepartmentOfficer => Some(department_list(desk, half).into_any()),
            Role::StationVolunteer => Some(told(desk, posts, move |posts| {
                post_list(desk, half, posts).into_any()
            }).into_any()),
            _ => None,
        }}
        <p class="hint">{move || desk.t(&format!("admin.may.{}", half.role().key()))}</p>
    }
}

fn department_list(desk: Desk, half: Half) -> impl IntoView {
    let mut options = vec![(String::new(), desk.t("form.choose"))];
    options.extend(departments(desk).into_iter().map(|department| {
        let key = department.key();
        (key.to_owned(), desk.t(&format!("department.{key}")))
    }));
    choose(
        desk,
        "grant-department",
        "admin.department",
        options,
        half.department,
    )
}

/// The places and trips within the chosen area, by name.
fn post_list(desk: Desk, half: Half, posts: Posts) -> impl IntoView {
    let area = half.area.get();
    let mut posts = posts.posts;
    posts.retain(|post| area.is_none_or(|area| area.contains(post.area)));
    posts.sort_by(|a, b| (a.departs, &a.name).cmp(&(b.departs, &b.name)));
    if posts.is_empty() {
        return view! { <p class="notice">{desk.t("admin.no_place")}</p> }.into_any();
    }
    let mut options = vec![(String::new(), desk.t("form.choose"))];
    options.extend(posts.into_iter().map(|post| {
        let when = post.departs.map(|at| format!(" · {}", desk.moment(at)));
        let name = format!("{}{}", post.name, when.unwrap_or_default());
        (post.id.to_string(), name)
    }));
    choose(desk, "grant-place", "admin.place", options, half.place).into_any()
}
