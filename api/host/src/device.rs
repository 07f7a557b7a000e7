//! A device without a screen: enrols, signs in, pushes and pulls as the app does. The training
//! data and the tests go through it, so there is no second way into the server.

use crate::error::HostError;
use crate::http::{self, Answer};
use crate::show;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::wire::{
    self, ChallengeAnswer, ChallengeAsk, EnrolAnswer, EnrolAsk, LastWordsAsk, Profile, Pulled,
    PushAnswer, PushHead, RESCUE_INFO, RescueKey, Sealed, SessionAnswer, SessionAsk,
};
use domain::{Area, Change, Clock, Id, Record, Stamp, Value, Values};
use hkdf::Hkdf;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::{PublicKey, ecdh};
use sha2::Sha256;
use std::collections::BTreeMap;

#[derive(Debug)]
pub struct Device {
    url: String,
    key: SigningKey,
    pub number: domain::Device,
    pub person: Id,
    pub profile: Profile,
    pub token: String,
    clock: Clock,
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // A machine without randomness cannot make keys at all.
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// A new P-256 key.
pub fn new_key() -> SigningKey {
    loop {
        if let Ok(key) = SigningKey::from_slice(&random::<32>()) {
            return key;
        }
    }
}

/// The public half as the wire has it.
pub fn public_key(key: &SigningKey) -> String {
    URL_SAFE_NO_PAD.encode(key.verifying_key().to_sec1_point(false).as_bytes())
}

/// A new record id.
pub fn new_id() -> Id {
    Id::new(show::now_ms(), random())
}

impl Device {
    /// Takes a link and signs in.
    ///
    /// # Errors
    /// The server's refusal.
    pub fn enrol(url: &str, link: &str, device_name: &str) -> Result<Self, HostError> {
        let key = new_key();
        let ask = EnrolAsk {
            link: link.to_owned(),
            public_key: public_key(&key),
            device_name: device_name.to_owned(),
        };
        let enrolled: EnrolAnswer = http::ask(&format!("{url}/api/enrol"), "", &ask)?;
        let session = sign_in(url, enrolled.device, &key)?;
        Ok(Self {
            url: url.to_owned(),
            key,
            number: enrolled.device,
            person: enrolled.person,
            profile: session.profile,
            token: session.token,
            clock: Clock::default(),
        })
    }

    /// Signs in again and says how much it has not sent.
    ///
    /// # Errors
    /// The server's refusal.
    pub fn sign_in_with(&mut self, unsent: u64) -> Result<SessionAnswer, HostError> {
        let session = session(&self.url, self.number, &self.key, Some(unsent))?;
        self.token.clone_from(&session.token);
        self.profile = session.profile.clone();
        Ok(session)
    }

    /// A challenge of the server's and this device's signature under it.
    ///
    /// # Errors
    /// The server's refusal.
    pub fn proof(&self) -> Result<(String, String), HostError> {
        proof(&self.url, self.number, &self.key)
    }

    /// Leaves what was unsent, as a revoked device does.
    ///
    /// # Errors
    /// Only if the server cannot be reached, or gives no challenge.
    pub fn last_words(&self, parcel: &str) -> Result<Answer, HostError> {
        let (challenge, signature) = self.proof()?;
        let ask = LastWordsAsk {
            device: self.number,
            challenge,
            signature,
            parcel: parcel.to_owned(),
        };
        let body = serde_json::to_vec(&ask).map_err(|e| HostError::Tool {
            step: "writing last words",
            said: e.to_string(),
        })?;
        http::post(&format!("{}/api/last-words", self.url), &[], &body)
    }

    /// Seals this device's data key to the server's rescue key, as an app does while the PIN is
    /// known.
    ///
    /// # Errors
    /// `Refused`, or a rescue key that is none.
    pub fn seals(&self, data_key: &[u8; 32]) -> Result<Sealed, HostError> {
        let path = "/api/rescue-key";
        let server: RescueKey = self.get(path)?.json(path)?;
        let no_key = || HostError::Tool {
            step: "reading the rescue key",
            said: server.key.clone(),
        };
        let public = URL_SAFE_NO_PAD.decode(&server.key).map_err(|_| no_key())?;
        let public = PublicKey::from_sec1_bytes(&public).map_err(|_| no_key())?;
        seal(&public, self.number, data_key).ok_or_else(no_key)
    }

    /// Signs in again, for a fresh token.
    ///
    /// # Errors
    /// The server's refusal.
    pub fn sign_in(&mut self) -> Result<SessionAnswer, HostError> {
        let session = sign_in(&self.url, self.number, &self.key)?;
        self.token.clone_from(&session.token);
        self.profile = session.profile.clone();
        Ok(session)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    pub fn tick(&mut self) -> Stamp {
        self.clock.tick(show::now_ms(), self.number)
    }

    /// What this device writes from now on is later than that.
    pub fn observe(&mut self, seen: Stamp) {
        self.clock.observe(seen);
    }

    /// The change that this device's person makes to a record as seen.
    pub fn edits(&mut self, seen: &Record, cells: &[(&str, Value)]) -> Change {
        let cells = cells
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        let stamp = self.tick();
        Change::of(seen, cells.collect(), stamp)
    }

    /// The change that makes a new record in an area.
    pub fn makes(&mut self, id: Id, kind: &str, area: Area, cells: &[(&str, Value)]) -> Change {
        let mut all: Values = cells
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        all.insert("area".to_owned(), area.to_string().as_str().into());
        all.insert("author".to_owned(), self.person.to_string().as_str().into());
        let stamp = self.tick();
        Change::of(&Record::new(id, kind), all, stamp)
    }

    /// Sends any body to any path of the API.
    ///
    /// # Errors
    /// Only if the server cannot be reached.
    pub fn post(&self, path: &str, body: &[u8]) -> Result<Answer, HostError> {
        let url = format!("{}{path}", self.url);
        http::post(&url, &[("authorization", &self.bearer())], body)
    }

    /// Puts a body of some type at any path of the API.
    ///
    /// # Errors
    /// Only if the server cannot be reached.
    pub fn put(&self, path: &str, content_type: &str, body: &[u8]) -> Result<Answer, HostError> {
        let headers = [
            ("authorization", self.bearer()),
            ("content-type", content_type.to_owned()),
        ];
        let headers = headers
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        http::put(&format!("{}{path}", self.url), &headers, body)
    }

    /// # Errors
    /// Only if the server cannot be reached.
    pub fn get(&self, path: &str) -> Result<Answer, HostError> {
        http::get_as(
            &format!("{}{path}", self.url),
            &[("authorization", &self.bearer())],
        )
    }

    /// Pushes changes in one batch.
    ///
    /// # Errors
    /// `Refused` if the batch as a whole was refused; single refusals are in the answer.
    pub fn push(&self, ledger: Area, changes: &[Change]) -> Result<PushAnswer, HostError> {
        let path = format!("/api/sync/{ledger}");
        let body = PushHead::default().before(&wire::packed(changes));
        let answer = self.post(&path, &body.unwrap_or_default())?;
        // 207 and 422 carry one answer for each change.
        match serde_json::from_slice(&answer.body) {
            Ok(each) => Ok(each),
            Err(_) => answer.json(&path),
        }
    }

    /// One page after a cursor.
    ///
    /// # Errors
    /// `Refused`.
    pub fn pull_page(&self, ledger: Area, after: u64, view: &str) -> Result<Pulled, HostError> {
        let path = format!("/api/sync/{ledger}?after={after}&view={view}");
        let answer = self.get(&path)?;
        if answer.status != 200 {
            let said = answer.text();
            return Err(HostError::Refused {
                path,
                status: answer.status,
                said,
            });
        }
        Pulled::decode(&answer.body).map_err(|e| HostError::Tool {
            step: "reading a page",
            said: e.to_string(),
        })
    }

    /// Everything that this device may see of a ledger.
    ///
    /// # Errors
    /// `Refused`, or a page that cannot be read.
    pub fn pull(&self, ledger: Area) -> Result<BTreeMap<Id, Record>, HostError> {
        let (mut held, mut after, mut view) = (BTreeMap::new(), 0, String::new());
        loop {
            let page = self.pull_page(ledger, after, &view)?;
            for packed in &page.records {
                let record = domain::pack::unpack(packed).map_err(|e| HostError::Tool {
                    step: "reading a record",
                    said: e.to_string(),
                })?;
                held.insert(record.id, record);
            }
            after = page.head.cursor;
            view = page.head.view;
            if !page.head.more {
                return Ok(held);
            }
        }
    }
}

/// To the server's key; see [`Sealed`].
fn seal(public: &PublicKey, device: domain::Device, data_key: &[u8; 32]) -> Option<Sealed> {
    let ephemeral = new_key();
    let shared = ecdh::diffie_hellman(ephemeral.as_nonzero_scalar(), public.as_affine());
    let mut key = [0; 32];
    let derived = Hkdf::<Sha256>::new(None, shared.raw_secret_bytes());
    derived.expand(RESCUE_INFO, &mut key).ok()?;
    let cipher = Aes256Gcm::new_from_slice(&key).ok()?;
    let (iv, aad) = (random::<12>(), device.to_string());
    let payload = Payload {
        msg: data_key,
        aad: aad.as_bytes(),
    };
    let text = cipher.encrypt(&Nonce::from(iv), payload).ok()?;
    Some(Sealed {
        key: public_key(&ephemeral),
        text: URL_SAFE_NO_PAD.encode([&iv[..], &text].concat()),
    })
}

fn sign_in(
    url: &str,
    device: domain::Device,
    key: &SigningKey,
) -> Result<SessionAnswer, HostError> {
    session(url, device, key, None)
}

fn proof(
    url: &str,
    device: domain::Device,
    key: &SigningKey,
) -> Result<(String, String), HostError> {
    let asked: ChallengeAnswer = http::ask(
        &format!("{url}/api/session/challenge"),
        "",
        &ChallengeAsk { device },
    )?;
    let signature: Signature = key.sign(asked.challenge.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
    Ok((asked.challenge, signature))
}

fn session(
    url: &str,
    device: domain::Device,
    key: &SigningKey,
    unsent: Option<u64>,
) -> Result<SessionAnswer, HostError> {
    let (challenge, signature) = proof(url, device, key)?;
    let ask = SessionAsk {
        device,
        challenge,
        signature,
        unsent,
        version: None,
    };
    http::ask(&format!("{url}/api/session"), "", &ask)
}
