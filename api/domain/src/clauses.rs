//! Every clause of the notice, the kinds of record that answer it, and where the app shows them.

/// One thing that the notice asks for: 鲁人社函〔2023〕3号.
#[derive(Debug)]
pub struct Clause {
    /// C1 to C51, in the notice's order.
    pub number: u8,
    /// What it asks, in a few words.
    pub asks: &'static str,
    /// The kinds by name.
    pub kinds: &'static [&'static str],
    /// Addresses in the app.
    pub screens: &'static [&'static str],
}

const fn clause(
    number: u8,
    asks: &'static str,
    kinds: &'static [&'static str],
    screens: &'static [&'static str],
) -> Clause {
    Clause {
        number,
        asks,
        kinds,
        screens,
    }
}

#[rustfmt::skip]
pub static CLAUSES: &[Clause] = &[
    clause(1, "Serve every rural migrant worker in Shandong, and those who come home", &["household", "worker"], &["/people"]),
    clause(2, "Serve first who has difficulty finding work, a low income or was lifted out of poverty", &["worker"], &["/people"]),
    clause(3, "Visit with care, deep into the villages", &["visit", "task"], &["/today", "/new/visit"]),
    clause(4, "Explain policy", &["talk"], &["/work?kind=talk"]),
    clause(5, "Use service centres, return-home stations, casual-labour markets and union centres", &["place", "service_log"], &["/work?kind=place", "/work?kind=service_log"]),
    clause(6, "Give each person the service that fits the need", &["need"], &["/work?kind=need", "/new/need"]),
    clause(7, "Bring letters and goods", &["gift_issue", "stock_move"], &["/work?kind=gift_issue", "/work?kind=stock_move"]),
    clause(8, "Publish epidemic and traffic information in time", &["bulletin", "reading"], &["/work?kind=bulletin", "/publish"]),
    clause(9, "Guide safe, staggered travel", &["travel_plan"], &["/work?kind=travel_plan"]),
    clause(10, "Help groups to buy tickets", &["ticket_order", "ticket"], &["/work?kind=ticket_order"]),
    clause(11, "Keep volunteer posts at stations", &["place", "shift"], &["/work?kind=shift"]),
    clause(12, "Help older workers there", &["help_log"], &["/work?kind=help_log"]),
    clause(13, "Hold carriers to the safety of vehicles and drivers", &["vehicle_check", "trip"], &["/work?kind=vehicle_check", "/work?kind=trip"]),
    clause(14, "Tell passengers the safety rules", &["boarding"], &["/work?kind=trip"]),
    clause(15, "Carry groups from point to point, home and back", &["trip", "passenger", "boarding"], &["/work?kind=trip", "/boards?board=trip"]),
    clause(16, "Watch who comes home early or leaves late", &["job_status"], &["/work?kind=job_status"]),
    clause(17, "Serve employment person by person", &["employer", "vacancy", "placement"], &["/work?kind=vacancy", "/work?kind=placement"]),
    clause(18, "Place people lifted out of poverty first", &["placement"], &["/work?kind=placement"]),
    clause(19, "Find out who wishes to be trained", &["training_wish"], &["/work?kind=training_wish"]),
    clause(20, "Train online and on site", &["course", "enrolment"], &["/work?kind=course", "/work?kind=enrolment"]),
    clause(21, "Teach health", &["talk"], &["/work?kind=talk"]),
    clause(22, "Make vaccination easy", &["vaccination"], &["/work?kind=vaccination"]),
    clause(23, "Watch the health of those who return", &["health_check"], &["/work?kind=health_check"]),
    clause(24, "Survey occupational disease in key areas", &["exposure_survey"], &["/work?kind=exposure_survey"]),
    clause(25, "Give out protective supplies and medicine free", &["gift_issue", "stock_move"], &["/work?kind=gift_issue", "/work?kind=stock_move", "/boards?board=stock_move"]),
    clause(26, "Hold village galas", &["culture_event"], &["/work?kind=culture_event"]),
    clause(27, "Show the workers' spirit", &["story"], &["/work?kind=story"]),
    clause(28, "Keep public venues free and open", &["place", "venue_day"], &["/work?kind=venue_day"]),
    clause(29, "Bring culture that people like", &["culture_resource"], &["/work?kind=culture_resource"]),
    clause(30, "Hold cultural activities for everybody", &["culture_event"], &["/work?kind=culture_event"]),
    clause(31, "Pay unemployment benefit on time", &["benefit_claim"], &["/work?kind=benefit_claim", "/boards?board=benefit_claim"]),
    clause(32, "Give social assistance on time", &["assistance"], &["/work?kind=assistance", "/boards?board=assistance"]),
    clause(33, "Keep a reserve fund for temporary relief in each township", &["fund_entry"], &["/work?kind=fund_entry", "/boards?board=fund_entry"]),
    clause(34, "Relieve urgent distress", &["rescue"], &["/work?kind=rescue", "/new/rescue", "/boards?board=rescue"]),
    clause(35, "Visit elders left behind, explain, pass on their needs, rescue", &["dependant", "elder_visit", "need", "rescue"], &["/people", "/today", "/new/elder_visit", "/boards?board=dependant"]),
    clause(36, "Visit children left behind and plan their care", &["dependant", "child_visit"], &["/people", "/today", "/new/child_visit", "/boards?board=dependant"]),
    clause(37, "Run the Youth League's harbours for children", &["place", "harbour_session"], &["/work?kind=harbour_session"]),
    clause(38, "Bring in charity and volunteers, project by project", &["charity_project"], &["/work?kind=charity_project"]),
    clause(39, "Guide employers to lawful employment", &["employer", "inspection"], &["/work?kind=inspection"]),
    clause(40, "Keep the channels for complaints open", &["wage_case"], &["/new/wage_case"]),
    clause(41, "Punish violations", &["penalty"], &["/work?kind=penalty"]),
    clause(42, "File, mediate, hear and close wage disputes quickly", &["wage_case"], &["/work?kind=wage_case", "/boards?board=wage_case"]),
    clause(43, "Help whoever claims wages to find work too", &["wage_case", "job_status", "task"], &["/today", "/work?kind=wage_case"]),
    clause(44, "Explain the law and give public legal services", &["talk", "legal_aid"], &["/work?kind=legal_aid", "/work?kind=talk"]),
    clause(45, "Solve what is urgent, difficult and worrying, and ask whether people are satisfied", &["need", "visit", "wage_case", "legal_aid"], &["/work?kind=need", "/progress", "/boards?board=need"]),
    clause(46, "Coordinate, divide the work and share", &["task", "need"], &["/today", "/work?kind=task", "/assign", "/overview"]),
    clause(47, "Exchange information between the areas of origin and of work", &["handoff"], &["/work?kind=handoff", "/boards?board=handoff"]),
    clause(48, "Publish the programme, columns and typical cases", &["bulletin", "culture_event", "story"], &["/work?kind=bulletin", "/work?kind=story", "/publish"]),
    clause(49, "Follow public opinion and answer it", &["opinion"], &["/work?kind=opinion", "/publish?tell=opinion", "/boards?board=opinion"]),
    clause(50, "Follow progress and report to the province", &["progress_note"], &["/progress", "/work?kind=progress_note", "/overview"]),
    clause(51, "Keep the list of contacts of the eleven bodies", &["contact"], &["/work?kind=contact"]),
];

/// The clauses as a Markdown table; `api/domain/CLAUSES.md` holds exactly this.
pub fn table() -> String {
    let quoted = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(" ")
    };
    let mut out = String::from(
        "# What the notice asks, and what answers it\n\n\
         Made by `domain::clauses::table()`; a test compares.\n\n\
         | # | the notice asks | kinds | screens |\n|---|---|---|---|\n",
    );
    for clause in CLAUSES {
        let (kinds, screens) = (quoted(clause.kinds), quoted(clause.screens));
        out += &format!(
            "| C{} | {} | {kinds} | {screens} |\n",
            clause.number, clause.asks
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::kinds::KINDS;

    #[test]
    fn every_clause_stands_there_once_and_names_what_answers_it() {
        let numbers: Vec<u8> = CLAUSES.iter().map(|clause| clause.number).collect();
        assert_eq!(numbers, (1..=51).collect::<Vec<u8>>());
        for clause in CLAUSES {
            assert!(!clause.asks.is_empty() && !clause.kinds.is_empty());
            assert!(!clause.screens.is_empty(), "C{}", clause.number);
        }
    }

    #[test]
    fn every_kind_that_a_clause_names_is_registered() {
        let named = CLAUSES.iter().flat_map(|clause| clause.kinds);
        let unknown: Vec<_> = named.filter(|name| Kind::find(name).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn every_kind_answers_some_clause() {
        let answers = |kind: &&&Kind| CLAUSES.iter().any(|c| c.kinds.contains(&kind.name));
        let idle = KINDS.iter().filter(|kind| !answers(kind));
        let idle: Vec<_> = idle.map(|kind| kind.name).collect();
        assert!(idle.is_empty(), "{idle:?}");
    }

    #[test]
    fn the_document_is_what_the_table_says() {
        let kept = include_str!("../CLAUSES.md");
        assert!(
            kept == table(),
            "api/domain/CLAUSES.md should read:\n{}",
            table()
        );
    }
}
