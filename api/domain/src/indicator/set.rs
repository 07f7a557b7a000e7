//! The sets of records and people that indicators count, and of which kinds each is made.

use crate::kinds::KINDS;
use crate::{Department, Kind};

macro_rules! sets {
    ($($set:ident [$($kind:literal),+]),* $(,)?) => {
        /// A set that indicators count.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Set { $($set),* }

        impl Set {
            pub const ALL: &'static [Set] = &[$(Set::$set),*];

            /// Its name where ledgers tell each other what they counted.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$set => stringify!($set)),* }
            }

            /// The kinds without which nobody can tell who is in it; the first is the one that
            /// the set is about.
            pub const fn kinds(self) -> &'static [&'static str] {
                match self { $(Self::$set => &[$($kind),+]),* }
            }
        }
    };
}

sets! {
    Households ["household"],
    Workers ["worker"],
    PriorityWorkers ["worker"],
    HardToPlace ["worker"],
    LowIncome ["worker"],
    OutOfPoverty ["worker"],
    Returning ["worker"],
    Staying ["worker"],
    Leaving ["worker"],
    Visits ["visit"],
    Visited ["visit", "household"],
    PriorityHouseholds ["household", "worker"],
    PriorityVisited ["visit", "household", "worker"],
    Rated ["visit"],
    Satisfied ["visit"],
    Letters ["gift_issue", "visit", "stock_move"],
    Goods ["gift_issue", "stock_move"],
    Cash ["gift_issue"],
    Talks ["talk"],
    Served ["service_log"],
    TicketOrders ["ticket_order"],
    TicketsIssued ["ticket"],
    Trips ["trip"],
    Carried ["boarding", "passenger", "trip"],
    VehicleChecks ["vehicle_check"],
    FailedChecks ["vehicle_check"],
    OlderHelped ["help_log"],
    Watched ["job_status"],
    EarlyReturners ["job_status"],
    LateLeavers ["job_status"],
    Looking ["job_status"],
    Placed ["placement"],
    PlacedOutOfPoverty ["placement", "worker"],
    TrainingWishes ["training_wish"],
    Enrolled ["enrolment"],
    Finished ["enrolment"],
    HealthChecks ["health_check"],
    Vaccinations ["vaccination"],
    ExposureSurveys ["exposure_survey"],
    CheckUpsAdvised ["exposure_survey"],
    Events ["culture_event"],
    VenueDays ["venue_day"],
    BenefitPeople ["benefit_claim"],
    BenefitsGranted ["benefit_claim"],
    BenefitsDecidedOrLate ["benefit_claim"],
    BenefitsInTime ["benefit_claim"],
    AssistanceGranted ["assistance"],
    AssistancePaid ["assistance"],
    AssistanceDecidedOrLate ["assistance"],
    AssistanceInTime ["assistance"],
    Rescues ["rescue"],
    RescuePaid ["rescue"],
    RescuesAnsweredOrLate ["rescue"],
    RescuesInTime ["rescue"],
    Fund ["fund_entry"],
    Elders ["dependant"],
    EldersHighRisk ["dependant"],
    EldersVisited ["elder_visit", "dependant"],
    EldersToVisit ["elder_visit", "dependant"],
    EldersInTime ["elder_visit", "dependant"],
    Children ["dependant"],
    ChildrenHighRisk ["dependant"],
    ChildrenVisited ["child_visit", "dependant"],
    ChildrenToVisit ["child_visit", "dependant"],
    ChildrenInTime ["child_visit", "dependant"],
    HarbourSessions ["harbour_session"],
    VolunteerHours ["charity_project"],
    WageCases ["wage_case"],
    WageReceived ["wage_case"],
    WageFiled ["wage_case"],
    WageMediating ["wage_case"],
    WageHearing ["wage_case"],
    WageClosed ["wage_case"],
    WageClosedInTime ["wage_case"],
    WageOverdue ["wage_case"],
    WagePeople ["wage_case"],
    WageOwed ["wage_case"],
    Inspections ["inspection"],
    Penalties ["penalty"],
    LegalAid ["legal_aid"],
    LegalAidGranted ["legal_aid"],
    Needs ["need"],
    Answered ["need"],
    AnsweredOrLate ["need"],
    AnsweredInTime ["need"],
    HandoffsOffered ["handoff"],
    HandoffsAccepted ["handoff"],
    Opinions ["opinion"],
    OpinionsAnsweredOrLate ["opinion"],
    OpinionsInTime ["opinion"],
    ServicesRated ["placement", "enrolment", "wage_case", "legal_aid"],
    ServicesSatisfied ["placement", "enrolment", "wage_case", "legal_aid"],
    TasksOpen ["task"],
    TasksDone ["task"],
}

impl Set {
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|set| set.key() == key)
    }

    /// The departments whose work it is; empty means every department's.
    pub fn departments(self) -> &'static [Department] {
        self.about().map_or(&[], |kind| kind.departments)
    }

    /// True if what is in it concerns a worker, their household or those whom they left behind, so
    /// that it can be told who has priority.
    pub fn is_about_people(self) -> bool {
        let persons = ["worker", "household", "dependant", "claimants", "order"];
        self.about().is_some_and(|kind| {
            persons.contains(&kind.name) || kind.about.iter().any(|field| persons.contains(field))
        })
    }

    fn about(self) -> Option<&'static Kind> {
        self.kinds().first().and_then(|name| Kind::find(name))
    }

    /// Its kinds, as a number with the bit of each.
    pub(super) fn needs(self) -> u64 {
        let bit = |name: &&str| KINDS.iter().position(|kind| kind.name == *name);
        let bits = self.kinds().iter().filter_map(bit);
        bits.fold(0, |all, bit| all | 1 << bit)
    }
}
