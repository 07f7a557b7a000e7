//! `POST /api/letters`: what a locked device has not sent, posted by its browser while nobody looks.

use crate::error::{Answered, ApiError};
use crate::limit::{self, Came};
use crate::objects::{self, body, parse};
use crate::registry::Store;
use crate::token::{Claims, now_ms};
use crate::{rescue, session, sql, sync};
use domain::wire::{
    Answer, Enclosed, LETTER_BYTES, LETTER_INFO, Letter, LetterAnswer, PushAnswer, letter_place,
    letter_text,
};
use serde::{Deserialize, Serialize};
use worker::{Env, Request, Response};

/// What the registry found in a letter, and for whom it speaks.
#[derive(Serialize, Deserialize)]
struct Opened {
    claims: Claims,
    enclosed: Enclosed,
}

pub async fn post(request: &mut Request, env: &Env) -> Answered {
    let ask: Letter = parse(&body(request, LETTER_BYTES).await?)?;
    let came = Came::new(request, env, ask)?;
    let mut opened = objects::registry(env)?.pass("/letter", &came).await?;
    if opened.status_code() != 200 {
        return Ok(opened);
    }
    let Opened { claims, enclosed } = opened.json().await?;
    let mut told = LetterAnswer::default();
    for push in enclosed.pushes {
        let ledger = sync::ledger_of(&push.ledger.to_string())?;
        let ask = objects::json(&push.ask)?;
        let mut answer = sync::hand_on(env, claims.clone(), ledger, &ask).await?;
        if !matches!(answer.status_code(), 200 | 207 | 422) {
            return Ok(answer);
        }
        let answer: PushAnswer = answer.json().await?;
        for answer in answer.answers {
            match answer {
                Answer::Accepted(_) => told.accepted += 1,
                Answer::Refused(_) => told.refused += 1,
            }
        }
    }
    Ok(Response::from_json(&told)?)
}

pub fn at_registry(store: &Store, came: &Came<Letter>) -> Answered {
    let Letter {
        device,
        sealed,
        signature,
    } = &came.ask;
    let text = letter_text(*device, sealed);
    let person = session::signer(store, came, *device, (&text, signature))?.live()?;
    limit::LETTERS.count(&store.sql, &device.to_string())?;
    let secret = rescue::secret(store)?;
    let opened = rescue::unseal(&secret, LETTER_INFO, &letter_place(*device), sealed);
    let enclosed: Enclosed = parse(&opened.ok_or(ApiError::BadSeal)?)?;
    let query = "UPDATE device SET seen = ? WHERE number = ?";
    let values = vec![now_ms().into(), device.to_string().into()];
    sql::run(&store.sql, query, values)?;
    let claims = Claims::now(*device, &store.profile(person)?);
    Ok(Response::from_json(&Opened { claims, enclosed })?)
}
