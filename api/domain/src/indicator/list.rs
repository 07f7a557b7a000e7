//! The campaign's indicators, by action, in the order in which they are shown.

use super::{Count, Indicator, Set, Unit};
use crate::kind::Action;

const fn of(name: &'static str, action: Action, set: Set, unit: Unit) -> Indicator {
    let count = Count::Of(set);
    Indicator {
        name,
        action,
        count,
        unit,
    }
}

const fn sum(name: &'static str, action: Action, set: Set, unit: Unit) -> Indicator {
    let count = Count::Sum(set);
    Indicator {
        name,
        action,
        count,
        unit,
    }
}

const fn share(name: &'static str, action: Action, part: Set, whole: Set) -> Indicator {
    let count = Count::Share(part, whole);
    Indicator {
        name,
        action,
        count,
        unit: Unit::PerMille,
    }
}

use Action::{Care, Culture, Employment, Health, People, Relief, Rights, Together, Travel};
use Unit::{Count as Times, Fen, Hours, People as Persons};

pub static INDICATORS: &[Indicator] = &[
    of("households", People, Set::Households, Times),
    of("workers", People, Set::Workers, Persons),
    of("priority_workers", People, Set::PriorityWorkers, Persons),
    of("hard_to_place", People, Set::HardToPlace, Persons),
    of("low_income", People, Set::LowIncome, Persons),
    of("out_of_poverty", People, Set::OutOfPoverty, Persons),
    of("returning", People, Set::Returning, Persons),
    of("staying", People, Set::Staying, Persons),
    of("leaving", People, Set::Leaving, Persons),
    of("visits", Care, Set::Visits, Times),
    of("households_visited", Care, Set::Visited, Times),
    share(
        "priority_visited",
        Care,
        Set::PriorityVisited,
        Set::PriorityHouseholds,
    ),
    share("satisfied", Care, Set::Satisfied, Set::Rated),
    sum("letters", Care, Set::Letters, Times),
    sum("goods", Care, Set::Goods, Times),
    sum("cash", Care, Set::Cash, Fen),
    of("talks", Care, Set::Talks, Times),
    sum("talk_attendance", Care, Set::Talks, Persons),
    sum("people_served", Care, Set::Served, Persons),
    of("ticket_orders", Travel, Set::TicketOrders, Times),
    of("tickets_issued", Travel, Set::TicketsIssued, Times),
    of("trips", Travel, Set::Trips, Times),
    of("people_carried", Travel, Set::Carried, Persons),
    of("vehicle_checks", Travel, Set::VehicleChecks, Times),
    of("failed_checks", Travel, Set::FailedChecks, Times),
    sum("older_helped", Travel, Set::OlderHelped, Persons),
    of("people_watched", Employment, Set::Watched, Persons),
    of("early_returners", Employment, Set::EarlyReturners, Persons),
    of("late_leavers", Employment, Set::LateLeavers, Persons),
    of("looking_for_work", Employment, Set::Looking, Persons),
    of("placed", Employment, Set::Placed, Persons),
    of(
        "placed_out_of_poverty",
        Employment,
        Set::PlacedOutOfPoverty,
        Persons,
    ),
    of("training_wishes", Employment, Set::TrainingWishes, Times),
    of("enrolled", Employment, Set::Enrolled, Times),
    of("finished", Employment, Set::Finished, Times),
    of("health_checks", Health, Set::HealthChecks, Times),
    of("vaccinations", Health, Set::Vaccinations, Times),
    of("exposure_surveys", Health, Set::ExposureSurveys, Times),
    of("check_ups_advised", Health, Set::CheckUpsAdvised, Times),
    of("events", Culture, Set::Events, Times),
    sum("event_attendance", Culture, Set::Events, Persons),
    of("venue_days", Culture, Set::VenueDays, Times),
    sum("venue_visitors", Culture, Set::VenueDays, Persons),
    of("benefit_people", Relief, Set::BenefitPeople, Persons),
    sum("benefit_amount", Relief, Set::BenefitsGranted, Fen),
    share(
        "benefits_in_time",
        Relief,
        Set::BenefitsInTime,
        Set::BenefitsDecidedOrLate,
    ),
    sum("assistance_people", Relief, Set::AssistanceGranted, Persons),
    sum("assistance_amount", Relief, Set::AssistancePaid, Fen),
    share(
        "assistance_in_time",
        Relief,
        Set::AssistanceInTime,
        Set::AssistanceDecidedOrLate,
    ),
    of("rescues", Relief, Set::Rescues, Times),
    sum("rescue_amount", Relief, Set::RescuePaid, Fen),
    share(
        "rescues_in_time",
        Relief,
        Set::RescuesInTime,
        Set::RescuesAnsweredOrLate,
    ),
    sum("fund_balance", Relief, Set::Fund, Fen),
    of("elders", Relief, Set::Elders, Persons),
    of("elders_high_risk", Relief, Set::EldersHighRisk, Persons),
    of("elders_visited", Relief, Set::EldersVisited, Persons),
    share(
        "elders_in_time",
        Relief,
        Set::EldersInTime,
        Set::EldersToVisit,
    ),
    of("children", Relief, Set::Children, Persons),
    of("children_high_risk", Relief, Set::ChildrenHighRisk, Persons),
    of("children_visited", Relief, Set::ChildrenVisited, Persons),
    share(
        "children_in_time",
        Relief,
        Set::ChildrenInTime,
        Set::ChildrenToVisit,
    ),
    of("harbour_sessions", Relief, Set::HarbourSessions, Times),
    sum("harbour_children", Relief, Set::HarbourSessions, Persons),
    sum("volunteer_hours", Relief, Set::VolunteerHours, Hours),
    of("wage_cases", Rights, Set::WageCases, Times),
    of("wage_received", Rights, Set::WageReceived, Times),
    of("wage_filed", Rights, Set::WageFiled, Times),
    of("wage_mediating", Rights, Set::WageMediating, Times),
    of("wage_hearing", Rights, Set::WageHearing, Times),
    of("wage_closed", Rights, Set::WageClosed, Times),
    share(
        "wage_closed_in_time",
        Rights,
        Set::WageClosedInTime,
        Set::WageClosed,
    ),
    of("wage_overdue", Rights, Set::WageOverdue, Times),
    sum("wage_people", Rights, Set::WagePeople, Persons),
    sum("wage_owed", Rights, Set::WageOwed, Fen),
    sum("wage_recovered", Rights, Set::WageClosed, Fen),
    of("inspections", Rights, Set::Inspections, Times),
    of("penalties", Rights, Set::Penalties, Times),
    sum("penalty_amount", Rights, Set::Penalties, Fen),
    of("legal_aid", Rights, Set::LegalAid, Times),
    of("legal_aid_granted", Rights, Set::LegalAidGranted, Times),
    of("needs", Together, Set::Needs, Times),
    of("needs_answered", Together, Set::Answered, Times),
    share(
        "needs_in_time",
        Together,
        Set::AnsweredInTime,
        Set::AnsweredOrLate,
    ),
    of("handoffs_offered", Together, Set::HandoffsOffered, Times),
    of("handoffs_accepted", Together, Set::HandoffsAccepted, Times),
    of("opinions", Together, Set::Opinions, Times),
    share(
        "opinions_in_time",
        Together,
        Set::OpinionsInTime,
        Set::OpinionsAnsweredOrLate,
    ),
    share(
        "services_satisfied",
        Together,
        Set::ServicesSatisfied,
        Set::ServicesRated,
    ),
    of("tasks_open", Together, Set::TasksOpen, Times),
    of("tasks_done", Together, Set::TasksDone, Times),
];
