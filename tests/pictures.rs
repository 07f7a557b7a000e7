//! Photos, signatures and places in a real browser: taken in the field, kept without a network,
//! seen by the colleague.

use crate::journeys::{phone, village};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::grant::Role;
use domain::{Id, Record, Value, picture};
use host::device::Device;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tests::World;
use tests::browser::Browser;
use tests::world::county;

/// The camera's and the gallery's file fields.
const CAMERA: &str = ".camera input";
const GALLERY: &str = "input[type=file][multiple]";

/// A photo as a phone's camera writes it: large, on its side, and with the place in it.
fn camera_photo(phone: &Browser, folder: &Path, seed: u32) -> PathBuf {
    let drawn = phone.js(&format!(
        "const canvas = document.createElement('canvas');
         canvas.width = 1600; canvas.height = 1200;
         const pen = canvas.getContext('2d');
         for (let at = 0; at < 4000; at++) {{
           pen.fillStyle = `hsl(${{(at * 47 + {seed}) % 360}} 60% 50%)`;
           pen.fillRect((at * 89) % 1600, (at * 61) % 1200, 60, 40);
         }}
         return canvas.toDataURL('image/jpeg', 0.95).split(',')[1];"
    ));
    let plain = STANDARD.decode(drawn.as_str().unwrap()).unwrap();
    let file = folder.join(format!("photo-{seed}.jpg"));
    std::fs::write(&file, with_exif(&plain)).unwrap();
    file
}

/// Puts the segment in which cameras write orientation and place after the JPEG's first marker.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let mut bytes = [tag.to_le_bytes(), kind.to_le_bytes()].concat();
        bytes.extend(count.to_le_bytes());
        bytes.extend(value);
        bytes
    };
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend(2u16.to_le_bytes());
    // Orientation 6: the camera was held upright. Then where the GPS table is.
    tiff.extend(entry(0x0112, 3, 1, [6, 0, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, 38u32.to_le_bytes()));
    tiff.extend(0u32.to_le_bytes());
    tiff.extend(4u16.to_le_bytes());
    tiff.extend(entry(1, 2, 2, *b"N\0\0\0"));
    tiff.extend(entry(2, 5, 3, 92u32.to_le_bytes()));
    tiff.extend(entry(3, 2, 2, *b"E\0\0\0"));
    tiff.extend(entry(4, 5, 3, 116u32.to_le_bytes()));
    tiff.extend(0u32.to_le_bytes());
    for part in [34u32, 49, 12, 115, 28, 7] {
        tiff.extend(part.to_le_bytes());
        tiff.extend(1u32.to_le_bytes());
    }
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(tiff);
    let mut out = jpeg[..2].to_vec();
    out.extend([0xff, 0xe1]);
    out.extend((segment.len() as u16 + 2).to_be_bytes());
    out.extend(segment);
    out.extend(&jpeg[2..]);
    out
}

/// The segments before a JPEG's pixels: (marker, content).
fn segments(jpeg: &[u8]) -> Vec<(u8, &[u8])> {
    let (mut found, mut at) = (Vec::new(), 2);
    while jpeg[at] == 0xff && jpeg[at + 1] != 0xda {
        let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        found.push((jpeg[at + 1], &jpeg[at + 4..at + 2 + length]));
        at += 2 + length;
    }
    found
}

/// Width and height of a JPEG in pixels.
fn size(jpeg: &[u8]) -> (u16, u16) {
    let frame = segments(jpeg).into_iter().find(|(m, _)| (0xc0..=0xc2).contains(m));
    let frame = frame.unwrap().1;
    let number = |at: usize| u16::from_be_bytes([frame[at], frame[at + 1]]);
    (number(3), number(1))
}

/// Chooses files as the camera or the gallery would hand them over.
fn choose(phone: &Browser, field: &str, files: &[&Path]) {
    let found = format!("document.querySelector({field:?})");
    phone.wait_until("a photo can be taken", &found);
    let object = phone.cdp("Runtime.evaluate", json!({ "expression": found }));
    let files: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
    phone.cdp(
        "DOM.setFileInputFiles",
        json!({ "files": files, "objectId": object["result"]["objectId"] }),
    );
}

/// Waits until so many small pictures are seen, decoded.
fn see_photos(phone: &Browser, count: usize) {
    phone.wait_until(
        &format!("{count} small pictures are seen"),
        &format!(
            "(() => {{
               const seen = [...document.querySelectorAll('.photo img')];
               return seen.length === {count} && seen.every((i) => i.complete && i.naturalWidth);
             }})()"
        ),
    );
}

/// What a store of the device holds: the first bytes of each value, and whether any of a list of
/// texts stands in it in the clear.
fn at_rest(phone: &Browser, store: &str, words: &[&str]) -> Vec<(Vec<u8>, bool)> {
    let words = json!(words);
    let held = phone.js(&format!(
        "return new Promise((done, failed) => {{
           const opening = indexedDB.open('chunnuan');
           opening.onerror = () => failed(opening.error);
           opening.onsuccess = () => {{
             const database = opening.result;
             const all = database.transaction('{store}').objectStore('{store}').getAll();
             all.onsuccess = () => {{
               database.close();
               done(all.result.map((bytes) => {{
                 const text = new TextDecoder('latin1').decode(bytes);
                 return [[...bytes.slice(0, 32)], {words}.some((word) => text.includes(word))];
               }}));
             }};
           }};
         }});"
    ));
    serde_json::from_value(held).unwrap()
}

/// The one record of a kind that a device sees.
fn only(device: &Device, kind: &str) -> Record {
    let held = device.pull(county()).unwrap().into_values();
    let mut found = held.filter(|record| record.kind == kind);
    let record = found.next().unwrap();
    assert!(found.next().is_none());
    record
}

fn fetch(device: &Device, name: &str) -> Vec<u8> {
    let answer = device.get(&format!("/api/photo/371721/{name}")).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.body
}

fn open_visit(phone: &mut Browser) {
    phone.tap("人员");
    phone.tap("张建国");
    phone.tap_css(".timeline-item");
}

#[test]
fn a_photo_taken_offline_survives_and_reaches_a_colleague() {
    let mut world = World::new();
    let device = village(&world);
    let folder = TempDir::new().unwrap();
    let mut lin = phone(&world, "林晓梅");
    let mut wei = phone(&world, "魏小军");
    let file = camera_photo(&lin, folder.path(), 1);

    // Without a network: a photo, and the tab is closed before the visit is saved.
    world.stop_server();
    lin.tap("走访慰问 张建国");
    lin.tap("平安");
    choose(&lin, CAMERA, &[&file]);
    see_photos(&lin, 1);
    lin.close_tab();
    lin.open(world.url());
    lin.see("未保存的草稿");
    lin.tap("走访慰问 张建国");
    lin.see("接着上次没有保存的内容");
    see_photos(&lin, 1);
    lin.tap("保存");
    lin.see("张图待传");

    // It is there after another start, and is not on the disk as it was taken.
    lin.close_tab();
    lin.open(world.url());
    lin.see("张图待传 · 离线");
    open_visit(&mut lin);
    see_photos(&lin, 1);
    for store in ["picture", "thumb"] {
        let held = at_rest(&lin, store, &["JFIF", "Exif"]);
        assert_eq!(held.len(), 1, "{store}");
        let (head, clear) = &held[0];
        assert!(!clear && picture::Form::of(head).is_none(), "{store}");
        assert!(picture::Form::of(&head[12..]).is_none(), "{store}");
    }

    // The network comes back: the record goes first, then the photo; the whole one leaves the phone.
    world.start_server();
    lin.see("已上传");
    assert_eq!(at_rest(&lin, "picture", &[]).len(), 0);
    assert_eq!(at_rest(&lin, "thumb", &[]).len(), 1);
    let visit = only(&device, "visit");
    let name = visit.text("photos").to_owned();
    assert_eq!(name, "", "photos are a list");
    let named = picture::named(&visit);
    let sent = fetch(&device, named[0].1);
    let digest: String = Sha256::digest(&sent).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(digest, named[0].1);
    assert!(sent.len() <= 150_000, "{} bytes", sent.len());
    assert_eq!(size(&sent), (960, 1280), "upright, and no side longer than 1280");
    let original = std::fs::read(&file).unwrap();
    let app1 = |jpeg: &[u8]| segments(jpeg).iter().any(|(marker, _)| *marker == 0xe1);
    assert!(app1(&original) && !app1(&sent), "the place in the photo was sent");

    // A colleague sees it, and again without a network.
    open_visit(&mut wei);
    see_photos(&wei, 1);
    wei.tap_css(".photo");
    wei.wait_until("the whole one is seen", "document.querySelector('.viewer[open] img')?.naturalHeight === 1280");
    wei.tap("关闭");
    world.stop_server();
    wei.close_tab();
    wei.open(world.url());
    open_visit(&mut wei);
    see_photos(&wei, 1);
    wei.tap_css(".photo");
    wei.see("现在只有小图");
}
