//! `GET /api/openapi.json`: the API's description, made from the types that it speaks.

mod page;

use crate::error::{Answered, ApiError};
use domain::export::ExportAsk;
use domain::feed::{FeedAnswer, FeedAsk, FeedList};
use domain::history::History;
use domain::hook::{HookAnswer, HookAsk, HookList, Told};
use domain::indicator::rollup::Progress;
use domain::picture::parts::Stand;
use domain::wire::{
    AuditAnswer, AuditAsk, AuditPage, CampaignAnswer, ChallengeAnswer, ChallengeAsk, DeviceList,
    EnrolAnswer, EnrolAsk, GrantsAsk, Health, Invitation, InviteAnswer, LastWords, LastWordsAnswer,
    LastWordsAsk, LeftBehind, Letter, LetterAnswer, PeopleList, Posts, PullHead, PushAnswer,
    PushAsk, RescueAnswer, RescueAsk, RescueKey, SessionAnswer, SessionAsk, SetupAnswer, SetupAsk,
    SheetAnswer, SheetAsk, Stopped, Taken, Trouble,
};
use domain::{Campaign, Change, Record};
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use worker::Response;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Chunnuan sync API",
        description = "Records of the Spring Warmth campaign. Every answer holds only what the \
                       asker's grants show. Refusals carry a stable code and a sentence."
    ),
    paths(
        health, ledgers_health, posts, read_campaign, set_campaign, setup, export, enrol, challenge, session, invite, invite_many,
        withdraw, stop, rescue_key, rescue, devices, revoke,
        post_letter, leave_last_words, read_last_words, last_words_taken, count_last_words, people, grants, report_deeds, read_deeds, push, pull,
        live, history, put_photo, get_photo, photo_parts, progress, make_feed, feeds, stop_feed,
        read_feed, make_hook, hooks, test_hook, stop_hook, description, docs
    ),
    components(schemas(Record, Change, domain::wire::Form, domain::wire::PushHead, PullHead, Told, Trouble)),
    modifiers(&Tokens)
)]
struct Description;

struct Tokens;

impl utoipa::Modify for Tokens {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = description.components.get_or_insert_with(Default::default);
        components.add_security_scheme("token", bearer);
    }
}

pub fn show() -> Answered {
    Ok(Response::from_json(&Description::openapi())?)
}

/// The same for people.
pub fn read() -> Answered {
    let description = serde_json::to_value(Description::openapi())
        .map_err(|error| ApiError::Internal(error.into()))?;
    Ok(Response::from_html(page::page(&description))?)
}

/// Makes a link under which programs read the open cells of an area's records and its figures; told
/// once. For administrators.
#[utoipa::path(post, path = "/api/feeds", request_body = FeedAsk, security(("token" = [])),
    responses((status = 200, body = FeedAnswer), (status = 403, body = Trouble),
              (status = 404, body = Trouble), (status = 422, body = Trouble)))]
#[allow(dead_code)]
fn make_feed() {}

/// The links of the areas that the asker administers, with when each was read last.
#[utoipa::path(get, path = "/api/feeds", security(("token" = [])),
    responses((status = 200, body = FeedList), (status = 403, body = Trouble)))]
#[allow(dead_code)]
fn feeds() {}

/// Stops such a link: from the next request on it opens nothing.
#[utoipa::path(post, path = "/api/feeds/{id}/stop", security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Stopped), (status = 403, body = Trouble),
              (status = 404, body = Trouble)))]
#[allow(dead_code)]
fn stop_feed() {}

/// A table under such a link: `index.json` names them; `indicators` and each kind, as `.csv` (20,000
/// lines at most, more under the `link` header) or `.json` (1,000 at most, more under
/// `@odata.nextLink`).
#[utoipa::path(get, path = "/api/feed/{token}/{table}",
    params(("token" = String, Path), ("table" = String, Path), ("from" = Option<String>, Query),
           ("until" = Option<String>, Query), ("$skiptoken" = Option<String>, Query)),
    responses((status = 200, content_type = "text/csv"), (status = 404, body = Trouble),
              (status = 410, body = Trouble), (status = 429, body = Trouble)))]
#[allow(dead_code)]
fn read_feed() {}

/// Registers an address that hears when clocks of an area run out, from then on; its secret is told
/// once. What it gets is `Told`, posted as JSON and signed as the Standard Webhooks specification
/// says: `webhook-id`, `webhook-timestamp` (seconds), `webhook-signature` (`v1,` and the HMAC-SHA256
/// of `id.timestamp.body` in base64). Deliveries come in no particular order: each tells of one clock,
/// and `due` says when it ran out. Whatever is not answered with 2xx within ten seconds is sent
/// again under the same id, after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and then every 24 hours; after
/// five days, or a 410, the webhook is stopped. For administrators.
#[utoipa::path(post, path = "/api/hooks", request_body = HookAsk, security(("token" = [])),
    responses((status = 200, body = HookAnswer), (status = 403, body = Trouble),
              (status = 404, body = Trouble), (status = 422, body = Trouble)))]
#[allow(dead_code)]
fn make_hook() {}

/// The webhooks of the areas that the asker administers, and how they fare.
#[utoipa::path(get, path = "/api/hooks", security(("token" = [])),
    responses((status = 200, body = HookList), (status = 403, body = Trouble)))]
#[allow(dead_code)]
fn hooks() {}

/// Sends a delivery of the type `test`, at once.
#[utoipa::path(post, path = "/api/hooks/{id}/test", security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = bool), (status = 403, body = Trouble),
              (status = 404, body = Trouble), (status = 429, body = Trouble)))]
#[allow(dead_code)]
fn test_hook() {}

/// Stops a webhook; what waits for it is not sent any more.
#[utoipa::path(post, path = "/api/hooks/{id}/stop", security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Stopped), (status = 403, body = Trouble),
              (status = 404, body = Trouble)))]
#[allow(dead_code)]
fn stop_hook() {}

/// That the server answers, its version and clock.
#[utoipa::path(get, path = "/api/health", responses((status = 200)))]
#[allow(dead_code)]
fn health() {}

/// This description.
#[utoipa::path(get, path = "/api/openapi.json", responses((status = 200)))]
#[allow(dead_code)]
fn description() {}

/// This description as a page to read.
#[utoipa::path(get, path = "/api/docs", responses((status = 200, content_type = "text/html")))]
#[allow(dead_code)]
fn docs() {}

/// Sets the campaign up and invites first people; with `authorization: Setup KEY`.
#[utoipa::path(post, path = "/api/setup", request_body = SetupAsk,
    responses((status = 200, body = SetupAnswer), (status = 401, body = Trouble)))]
#[allow(dead_code)]
fn setup() {}

/// A page of everything, as lines of JSON of which the last says where the next page begins; with
/// `authorization: Setup KEY`.
#[utoipa::path(post, path = "/api/export", request_body = ExportAsk,
    responses((status = 200, content_type = "application/x-ndjson"),
              (status = 401, body = Trouble), (status = 404, body = Trouble)))]
#[allow(dead_code)]
fn export() {}

/// A device takes a link and leaves its public key.
#[utoipa::path(post, path = "/api/enrol", request_body = EnrolAsk,
    responses((status = 200, body = EnrolAnswer), (status = 400, body = Trouble),
              (status = 429, body = Trouble), (status = 410, body = Trouble, description = "used, expired or unknown link")))]
#[allow(dead_code)]
fn enrol() {}

/// A text for the device to sign.
#[utoipa::path(post, path = "/api/session/challenge", request_body = ChallengeAsk,
    responses((status = 200, body = ChallengeAnswer), (status = 400, body = Trouble),
              (status = 429, body = Trouble)))]
#[allow(dead_code)]
fn challenge() {}

/// The signed text for a token of 15 minutes.
#[utoipa::path(post, path = "/api/session", request_body = SessionAsk,
    responses((status = 200, body = SessionAnswer), (status = 401, body = Trouble),
              (status = 403, body = Trouble, description = "revoked or retired"),
              (status = 429, body = Trouble)))]
#[allow(dead_code)]
fn session() {}

/// An administrator invites somebody.
#[utoipa::path(post, path = "/api/invite", request_body = Invitation, security(("token" = [])),
    responses((status = 200, body = InviteAnswer), (status = 403, body = Trouble)))]
#[allow(dead_code)]
fn invite() {}

/// Links for up to 200 people at once; all are made, or none.
#[utoipa::path(post, path = "/api/invite/sheet", request_body = SheetAsk,
    security(("token" = [])),
    responses((status = 200, body = SheetAnswer), (status = 403, body = Trouble),
              (status = 413, body = Trouble), (status = 422, body = Trouble)))]
#[allow(dead_code)]
fn invite_many() {}

/// Makes a link worthless that nobody has taken; it is named as the list of people names it.
#[utoipa::path(post, path = "/api/invite/{link}/withdraw", security(("token" = [])),
    params(("link" = String, Path)),
    responses((status = 200), (status = 403, body = Trouble), (status = 410, body = Trouble)))]
#[allow(dead_code)]
fn withdraw() {}

/// The campaign's settings and those of earlier campaigns, for administrators.
#[utoipa::path(get, path = "/api/campaign", security(("token" = [])),
    responses((status = 200, body = CampaignAnswer), (status = 403, body = Trouble)))]
#[allow(dead_code)]
fn read_campaign() {}

/// Sets the campaign; `version` is that of the settings that were changed. Another id begins a new
/// campaign.
#[utoipa::path(put, path = "/api/campaign", request_body = Campaign, security(("token" = [])),
    responses((status = 200, body = CampaignAnswer), (status = 403, body = Trouble),
              (status = 409, body = Trouble, description = "somebody else changed it meanwhile"),
              (status = 422, body = Trouble, description = "a setting makes no sense")))]
#[allow(dead_code)]
fn set_campaign() {}

/// How the ledgers of an area and of those one level below are: figures only.
#[utoipa::path(get, path = "/api/health/{area}", security(("token" = [])),
    params(("area" = String, Path)),
    responses((status = 200, body = Health), (status = 403, body = Trouble),
              (status = 404, body = Trouble)))]
#[allow(dead_code)]
fn ledgers_health() {}

/// The places and trips of a ledger at which volunteers may be posted, by name.
#[utoipa::path(get, path = "/api/posts/{ledger}", security(("token" = [])),
    params(("ledger" = String, Path)),
    responses((status = 200, body = Posts), (status = 403, body = Trouble),
              (status = 404, body = Trouble)))]
#[allow(dead_code)]
fn posts() {}

/// Stops somebody: all devices are locked out, all links of and for them worthless.
#[utoipa::path(post, path = "/api/people/{id}/stop", security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Stopped), (status = 403, body = Trouble),
              (status = 404, body = Trouble), (status = 409, body = Trouble)))]
#[allow(dead_code)]
fn stop() {}

/// To whom a device seals its data key.
#[utoipa::path(get, path = "/api/rescue-key", responses((status = 200, body = RescueKey)))]
#[allow(dead_code)]
fn rescue_key() {}

/// The data key of the same person's older device, which is retired by this.
#[utoipa::path(post, path = "/api/rescue", request_body = RescueAsk, security(("token" = [])),
    responses((status = 200, body = RescueAnswer), (status = 403, body = Trouble),
              (status = 404, body = Trouble), (status = 422, body = Trouble),
              (status = 429, body = Trouble)))]
#[allow(dead_code)]
fn rescue() {}

/// What a locked device has not sent: a browser posts it while the app is closed.
#[utoipa::path(post, path = "/api/letters", request_body = Letter,
    responses((status = 200, body = LetterAnswer), (status = 401, body = Trouble),
              (status = 403, body = Trouble), (status = 413, body = Trouble),
              (status = 422, body = Trouble), (status = 429, body = Trouble)))]
#[allow(dead_code)]
fn post_letter() {}

/// The devices of the people whom the asker administers.
#[utoipa::path(get, path = "/api/devices", security(("token" = [])),
    responses((status = 200, body = DeviceList), (status = 403, body = Trouble)))]
#[allow(dead_code)]
fn devices() {}

/// Locks a device out at once; when it is next seen it is told to empty itself.
#[utoipa::path(post, path = "/api/devices/{number}/revoke", security(("token" = [])),
    params(("number" = String, Path)),
    responses((status = 200, body = Stopped), (status = 403, body = Trouble),
              (status = 404, body = Trouble), (status = 409, body = Trouble)))]
#[allow(dead_code)]
fn revoke() {}

/// What a revoked device had not sent; at most three parcels.
#[utoipa::path(post, path = "/api/last-words", request_body = LastWordsAsk,
    responses((status = 200, body = LastWordsAnswer), (status = 401, body = Trouble),
              (status = 403, body = Trouble), (status = 409, body = Trouble),
              (status = 413, body = Trouble), (status = 429, body = Trouble)))]
#[allow(dead_code)]
fn leave_last_words() {}

/// What the asker's own revoked devices left; that it was read is logged.
#[utoipa::path(get, path = "/api/last-words", security(("token" = [])),
    responses((status = 200, body = LastWords), (status = 401, body = Trouble)))]
#[allow(dead_code)]
fn read_last_words() {}

/// The asker has taken over what one of the own devices left; the server forgets it.
#[utoipa::path(post, path = "/api/last-words/taken", request_body = Taken,
    security(("token" = [])),
    responses((status = 200, body = LastWordsAnswer), (status = 401, body = Trouble),
              (status = 404, body = Trouble)))]
#[allow(dead_code)]
fn last_words_taken() {}

/// How much a revoked device left, for its administrator.
#[utoipa::path(get, path = "/api/devices/{number}/last-words", security(("token" = [])),
    params(("number" = String, Path)),
    responses((status = 200, body = LeftBehind), (status = 403, body = Trouble),
              (status = 404, body = Trouble)))]
#[allow(dead_code)]
fn count_last_words() {}

/// The people whom the asker administers.
#[utoipa::path(get, path = "/api/people", security(("token" = [])),
    responses((status = 200, body = PeopleList), (status = 403, body = Trouble)))]
#[allow(dead_code)]
fn people() {}

/// Gives somebody other grants; sessions with the former ones end at once.
#[utoipa::path(post, path = "/api/people/{id}/grants", request_body = GrantsAsk,
    security(("token" = [])), params(("id" = String, Path)),
    responses((status = 200, body = Stopped), (status = 403, body = Trouble),
              (status = 404, body = Trouble), (status = 409, body = Trouble)))]
#[allow(dead_code)]
fn grants() {}

/// A device reports what it showed or exported; all of the batch is kept, or nothing.
#[utoipa::path(post, path = "/api/audit", request_body = AuditAsk, security(("token" = [])),
    responses((status = 200, body = AuditAnswer), (status = 413, body = Trouble),
              (status = 422, body = Trouble), (status = 429, body = Trouble)))]
#[allow(dead_code)]
fn report_deeds() {}

/// The log of deeds by or to the people whom the asker administers: oldest first after a number,
/// newest first before one.
#[utoipa::path(get, path = "/api/audit", security(("token" = [])),
    params(("after" = Option<u64>, Query), ("before" = Option<u64>, Query),
           ("deed" = Option<String>, Query), ("person" = Option<String>, Query),
           ("from" = Option<String>, Query), ("until" = Option<String>, Query)),
    responses((status = 200, body = AuditPage), (status = 403, body = Trouble)))]
#[allow(dead_code)]
fn read_deeds() {}

/// Pushes changes; each is accepted or refused by itself. As JSON, or packed as the app does: the
/// length of the head (4 bytes, big-endian), the head (JSON, `PushHead`), then packed changes, each
/// after its length as a varint (`domain/src/change/kept.rs`).
#[utoipa::path(post, path = "/api/sync/{ledger}",
    request_body(content((PushAsk = "application/json"), (Vec<u8> = "application/octet-stream"))),
    security(("token" = [])), params(("ledger" = String, Path)),
    responses((status = 200, body = PushAnswer, description = "all accepted"),
              (status = 207, body = PushAnswer, description = "some refused"),
              (status = 422, body = PushAnswer, description = "all refused"),
              (status = 400, body = Trouble), (status = 401, body = Trouble),
              (status = 413, body = Trouble), (status = 429, body = Trouble)))]
#[allow(dead_code)]
fn push() {}

/// What changed after a cursor: the length of the head (4 bytes, big-endian), the head (JSON,
/// `PullHead`), then packed records, each after its length as a varint. With `form=columns-2` the
/// first bit of the head's length is set, and the records stand side by side (`domain/src/columns.rs`).
#[utoipa::path(get, path = "/api/sync/{ledger}", security(("token" = [])),
    params(("ledger" = String, Path), ("after" = u64, Query), ("view" = String, Query),
           ("repaired" = Option<u64>, Query), ("form" = Option<domain::wire::Form>, Query)),
    responses((status = 200, content_type = "application/octet-stream"),
              (status = 401, body = Trouble), (status = 404, body = Trouble)))]
#[allow(dead_code)]
fn pull() {}

/// A WebSocket that says `{"seq":N}`: the ledger's last change has this number. The token is sent
/// as subprotocol, after `chunnuan`; to `ping` the answer is `pong`.
#[utoipa::path(get, path = "/api/live/{ledger}", security(("token" = [])),
    params(("ledger" = String, Path)),
    responses((status = 101, description = "the socket is open"), (status = 401, body = Trouble),
              (status = 403, body = Trouble), (status = 426, body = Trouble),
              (status = 429, body = Trouble)))]
#[allow(dead_code)]
fn live() {}

/// The accepted changes of a record, newest first; of each the cells that the asker may see now.
#[utoipa::path(get, path = "/api/history/{ledger}/{record}", security(("token" = [])),
    params(("ledger" = String, Path), ("record" = String, Path)),
    responses((status = 200, body = History), (status = 401, body = Trouble),
              (status = 404, body = Trouble)))]
#[allow(dead_code)]
fn history() {}

/// The progress table of an area, one row for each area below, of everybody or of the people with
/// one `priority` category. For a city or province it is what its ledgers counted at `as_of` or
/// later. Figures that the asker does not see whole are missing.
#[utoipa::path(get, path = "/api/progress/{area}", security(("token" = [])),
    params(("area" = String, Path), ("from" = Option<String>, Query),
           ("until" = Option<String>, Query), ("priority" = Option<String>, Query)),
    responses((status = 200, body = Progress), (status = 404, body = Trouble)))]
#[allow(dead_code)]
fn progress() {}

/// Keeps a picture that a record names, for whoever may write that record. The name is the bytes'
/// SHA-256 in hex; sending it again has no effect. With `offset` and `total` the bytes are a part:
/// 65,536 of them, the last what is left, one after another.
#[utoipa::path(put, path = "/api/photo/{ledger}/{name}", security(("token" = [])),
    params(("ledger" = String, Path), ("name" = String, Path),
           ("offset" = Option<usize>, Query), ("total" = Option<usize>, Query)),
    request_body(content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"),
                         (Vec<u8> = "image/webp"))),
    responses((status = 201, description = "kept"), (status = 204, description = "was here"),
              (status = 202, body = Stand, description = "the next part is waited for"),
              (status = 409, body = Trouble),
              (status = 403, body = Trouble), (status = 404, body = Trouble),
              (status = 413, body = Trouble), (status = 415, body = Trouble),
              (status = 422, body = Trouble)))]
#[allow(dead_code)]
fn put_photo() {}

/// How far this device has come with sending a picture in parts.
#[utoipa::path(get, path = "/api/photo/{ledger}/{name}/parts", security(("token" = [])),
    params(("ledger" = String, Path), ("name" = String, Path)),
    responses((status = 200, body = Stand), (status = 403, body = Trouble),
              (status = 404, body = Trouble)))]
#[allow(dead_code)]
fn photo_parts() {}

/// A picture, for whoever may see a record's cell that names it.
#[utoipa::path(get, path = "/api/photo/{ledger}/{name}", security(("token" = [])),
    params(("ledger" = String, Path), ("name" = String, Path)),
    responses((status = 200, content_type = "image/jpeg"), (status = 404, body = Trouble)))]
#[allow(dead_code)]
fn get_photo() {}
