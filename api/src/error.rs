//! The one error type of the API: a status, a stable code and a sentence that says what to do.

use domain::wire::Trouble;
use worker::Response;

pub type Answered = Result<Response, ApiError>;

#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("there is nothing at this address, or not by this method; see /api/openapi.json")]
    NoSuchAddress,
    #[error("the request's body could not be read as what this address takes: {0}")]
    Malformed(String),
    #[error("the request is too large; send at most {0} bytes")]
    TooLarge(usize),
    #[error("at most {0} go in one request; send the rest in another")]
    TooMany(usize),
    #[error("this address needs a sign-in; open the app and sign in again")]
    NoToken,
    #[error("the sign-in is not valid any more; the app signs in again by itself")]
    BadToken,
    #[error(
        "this link is not valid: it was used already, has expired or was cut; ask your administrator for a new one"
    )]
    BadLink,
    #[error("this device is not enrolled or was revoked; ask your administrator for a new link")]
    UnknownDevice,
    #[error("the signature does not fit this device; try again")]
    BadSignature,
    #[error("the key sent is not a P-256 public key")]
    BadKey,
    #[error("you may not do this with the roles you hold; ask your administrator")]
    NotAllowed,
    #[error("this lies outside the area that you administer; ask who administers the area above")]
    OutsideArea,
    #[error(
        "somebody needs at least one role, an officer a department, a volunteer a place or trip"
    )]
    NotWhole,
    #[error("this area does not take part in the campaign; change the campaign's areas first")]
    AreaNotIn,
    #[error("an invitation needs a name of at most 60 characters")]
    NoName,
    #[error(
        "somebody else changed the campaign meanwhile; look at it as it is now and change it again"
    )]
    Overtaken,
    #[error("{0}")]
    BadCampaign(domain::campaign::Fault),
    #[error("{0}")]
    BadHook(domain::hook::HookFault),
    #[error(
        "this device was locked out by an administrator; what it had not sent goes to them, then it empties itself"
    )]
    DeviceRevoked,
    #[error("another device has taken this one's place; go on working on that one")]
    DeviceRetired,
    #[error("there is no such device; look at the list of devices again")]
    NoSuchDevice,
    #[error("there is nobody of that number; look at the list of people again")]
    UnknownPerson,
    #[error(
        "nobody else could administer the whole campaign any more; invite another administrator first"
    )]
    LastAdministrator,
    #[error("this seal does not open with the server's key; the data key cannot be given back")]
    BadSeal,
    #[error("this device has left all the last words that are kept; ask your administrator")]
    LastWordsFull,
    #[error("only what this very device showed or exported is reported here, by names of fields")]
    NotReported,
    #[error("too many requests; try again in {0} seconds, the app does so by itself")]
    TooOften(u64),
    #[error("there is no such area")]
    UnknownArea,
    #[error("there is no such record here, or none that you may see; look at the list again")]
    NoSuchRecord,
    #[error(
        "there is no such picture here, or none in a record that you may see; a picture is sent after the record that names it"
    )]
    NoSuchPicture,
    #[error(
        "these bytes are no JPEG, PNG or WebP picture, or not of the content type that was said; take it again"
    )]
    NotAPicture,
    #[error("a picture's name is the SHA-256 of its bytes, in hex; these bytes have another")]
    WrongName,
    #[error("this address speaks WebSocket only; the app opens it by itself")]
    NoUpgrade,
    #[error(
        "this part does not follow on what was kept of the picture; ask at …/parts how far it is and go on there, the app does so by itself"
    )]
    WrongPart,
    #[error("no campaign has been set up yet; start the server once with its own command")]
    NoCampaign,
    #[error("something went wrong on the server; nothing was lost, try again in a moment")]
    Internal(#[from] worker::Error),
}

impl ApiError {
    const fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) | Self::BadKey => 400,
            Self::NoToken | Self::BadToken | Self::BadSignature | Self::UnknownDevice => 401,
            Self::NotAllowed | Self::OutsideArea => 403,
            Self::DeviceRevoked | Self::DeviceRetired => 403,
            Self::NotWhole | Self::AreaNotIn | Self::NoName | Self::BadCampaign(_) => 422,
            Self::BadHook(_) => 422,
            Self::Overtaken => 409,
            Self::NoSuchAddress | Self::UnknownArea | Self::NoSuchPicture => 404,
            Self::NoSuchDevice | Self::NoSuchRecord | Self::UnknownPerson => 404,
            Self::BadLink => 410,
            Self::TooLarge(_) | Self::TooMany(_) => 413,
            Self::NoCampaign | Self::LastAdministrator | Self::LastWordsFull => 409,
            Self::WrongPart => 409,
            Self::NotAPicture => 415,
            Self::WrongName | Self::BadSeal | Self::NotReported => 422,
            Self::NoUpgrade => 426,
            Self::TooOften(_) => 429,
            Self::Internal(_) => 500,
        }
    }

    const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchAddress => "no_such_address",
            Self::Malformed(_) => "malformed",
            Self::TooLarge(_) => "too_large",
            Self::TooMany(_) => "too_many",
            Self::NoToken => "no_token",
            Self::BadToken => "bad_token",
            Self::BadLink => "bad_link",
            Self::UnknownDevice => "unknown_device",
            Self::BadSignature => "bad_signature",
            Self::BadKey => "bad_key",
            Self::NotAllowed => "not_allowed",
            Self::OutsideArea => "outside_area",
            Self::NotWhole => "not_whole",
            Self::AreaNotIn => "area_not_in",
            Self::NoName => "no_name",
            Self::Overtaken => "overtaken",
            Self::BadCampaign(fault) => fault.code(),
            Self::BadHook(fault) => fault.code(),
            Self::DeviceRevoked => "device_revoked",
            Self::DeviceRetired => "device_retired",
            Self::NoSuchDevice => "no_such_device",
            Self::UnknownPerson => "unknown_person",
            Self::LastAdministrator => "last_administrator",
            Self::BadSeal => "bad_seal",
            Self::LastWordsFull => "last_words_full",
            Self::NotReported => "not_reported",
            Self::TooOften(_) => "too_often",
            Self::UnknownArea => "unknown_area",
            Self::NoSuchRecord => "no_such_record",
            Self::NoSuchPicture => "no_such_picture",
            Self::NotAPicture => "not_a_picture",
            Self::WrongName => "wrong_name",
            Self::NoUpgrade => "no_upgrade",
            Self::WrongPart => "wrong_part",
            Self::NoCampaign => "no_campaign",
            Self::Internal(_) => "internal",
        }
    }

    /// The answer that a client gets.
    ///
    /// # Errors
    /// If the runtime cannot make an answer at all.
    pub fn response(&self) -> worker::Result<Response> {
        if let Self::Internal(error) = self {
            worker::console_error!("internal: {error}");
        }
        let trouble = Trouble {
            code: self.code().to_owned(),
            sentence: self.to_string(),
        };
        let mut response = Response::from_json(&trouble)?.with_status(self.status());
        if let Self::TooOften(seconds) = self {
            let headers = response.headers_mut();
            headers.set("retry-after", &seconds.to_string())?;
        }
        Ok(response)
    }
}
