//! Photos, signatures and places in a real browser: taken in the field, kept without a network,
//! seen by the colleague.

use crate::axe::violations;
use crate::journeys::{phone, village};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::grant::Role;
use domain::{Record, picture};
use host::device::Device;
use host::objects;
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
    let frame = segments(jpeg)
        .into_iter()
        .find(|(m, _)| (0xc0..=0xc2).contains(m));
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
    phone.tap_css(".timeline-item[data-action=care]");
}

#[test]
fn a_photo_that_one_tab_saves_while_another_opens_is_not_swept_away() {
    let mut world = World::new();
    let device = village(&world);
    let folder = TempDir::new().unwrap();
    let mut lin = phone(&world, "林晓梅");
    let file = camera_photo(&lin, folder.path(), 3);
    world.stop_server();
    let first = lin.tab();
    lin.tap("走访慰问 张建国");
    lin.tap("平安");
    // The other tab has its PIN, and makes the key of it: the disk is read in the meantime.
    let second = lin.new_tab();
    lin.before_each_page(
        "const made = Promise.withResolvers(), { deriveBits } = SubtleCrypto.prototype;
         const now = Date.now();
         Date.now = () => now;
         SubtleCrypto.prototype.deriveBits = async function (...how) {
           window.making = true;
           await made.promise;
           return deriveBits.apply(this, how);
         };
         window.made = made.resolve;",
    );
    lin.open(world.url());
    lin.wait_until("the key is being made", "window.making");
    lin.turn_to(&first);
    choose(&lin, CAMERA, &[&file]);
    see_photos(&lin, 1);
    lin.tap("保存");
    lin.see("张图待传");
    lin.turn_to(&second);
    lin.js("window.made();");
    lin.see("今天没有待办");
    world.start_server();
    lin.see("已上传");
    let visit = only(&device, "visit");
    let named = picture::named(&visit);
    assert!(picture::Form::of(&fetch(&device, named[0].1)).is_some());
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
    let named = picture::named(&visit);
    let sent = fetch(&device, named[0].1);
    let digest: String = Sha256::digest(&sent)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert_eq!(digest, named[0].1);
    assert!(sent.len() <= 150_000, "{} bytes", sent.len());
    assert_eq!(
        size(&sent),
        (960, 1280),
        "upright, and no side longer than 1280"
    );
    let original = std::fs::read(&file).unwrap();
    let app1 = |jpeg: &[u8]| segments(jpeg).iter().any(|(marker, _)| *marker == 0xe1);
    assert!(
        app1(&original) && !app1(&sent),
        "the place in the photo was sent"
    );

    // A colleague sees it, and again without a network.
    open_visit(&mut wei);
    see_photos(&wei, 1);
    wei.tap_css(".photo");
    wei.wait_until(
        "the whole one is seen",
        "document.querySelector('.viewer[open] img')?.naturalHeight === 1280",
    );
    wei.tap("关闭");
    world.stop_server();
    wei.close_tab();
    wei.open(world.url());
    open_visit(&mut wei);
    see_photos(&wei, 1);
    wei.tap_css(".photo");
    wei.see("现在只有小图");
}

/// The parts of unfinished pictures on the server's disk: where each begins, and when it came.
fn parts_on_disk(world: &World) -> Vec<(i64, i64)> {
    let file = objects::file_of(world.data(), objects::LEDGERS, "371721");
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let read = || -> rusqlite::Result<Vec<(i64, i64)>> {
        let database = rusqlite::Connection::open_with_flags(file, flags)?;
        let mut query =
            database.prepare("SELECT start, received FROM photo_part ORDER BY start")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    };
    read().unwrap_or_default()
}

/// Waits until so many parts have come.
fn wait_for_parts(world: &World, count: usize) -> Vec<(i64, i64)> {
    let begun = host::show::now();
    loop {
        let parts = parts_on_disk(world);
        if parts.len() == count {
            return parts;
        }
        assert!(begun.elapsed().as_secs() < 90, "{count} parts: {parts:?}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn a_photo_cut_on_its_way_goes_on_where_it_was() {
    let mut world = World::new();
    let device = village(&world);
    let folder = TempDir::new().unwrap();
    let mut lin = phone(&world, "林晓梅");
    let file = camera_photo(&lin, folder.path(), 1);
    lin.tap("走访慰问 张建国");
    lin.tap("平安");
    choose(&lin, CAMERA, &[&file]);
    see_photos(&lin, 1);
    // A bad line: a part takes some seconds. The server dies once it has one.
    let line = |lin: &Browser, bytes: i64| {
        let line = json!({ "offline": false, "latency": 0, "downloadThroughput": -1,
                           "uploadThroughput": bytes });
        lin.cdp("Network.enable", json!({}));
        lin.cdp("Network.emulateNetworkConditions", line);
    };
    line(&lin, 20_000);
    lin.tap("保存");
    let first = wait_for_parts(&world, 1);
    world.kill_server();
    world.start_server();
    let both = wait_for_parts(&world, 2);
    assert_eq!(both[0], first[0], "the first part did not come again");
    line(&lin, -1);
    lin.see("已上传");
    let visit = only(&device, "visit");
    let named = picture::named(&visit);
    let sent = fetch(&device, named[0].1);
    assert!(
        sent.len() > 2 * picture::parts::PART_BYTES,
        "{} bytes",
        sent.len()
    );
}

#[test]
fn a_file_that_is_no_photo_is_told_of_and_one_of_twenty_megabytes_is_made_small() {
    let world = World::new();
    let device = village(&world);
    let folder = TempDir::new().unwrap();
    let mut lin = phone(&world, "林晓梅");
    let text = folder.path().join("成绩单.jpg");
    std::fs::write(&text, "不是照片").unwrap();
    let good = camera_photo(&lin, folder.path(), 1);
    lin.tap("走访慰问 张建国");
    lin.tap("平安");
    choose(&lin, GALLERY, &[&text, &good]);
    lin.see("这个文件不是照片");
    see_photos(&lin, 1);
    // Noise does not compress: the largest file that a good camera writes.
    let bytes = lin.js("const canvas = document.createElement('canvas');
         canvas.width = 4800; canvas.height = 3600;
         const pen = canvas.getContext('2d');
         const image = pen.createImageData(4800, 3600);
         const pixels = new Uint32Array(image.data.buffer);
         for (let at = 0, last = 1; at < pixels.length; at++) {
           last = (Math.imul(last, 1664525) + 1013904223) | 0;
           pixels[at] = last | 0xff000000;
         }
         pen.putImageData(image, 0, 0);
         return new Promise((done) => canvas.toBlob((blob) => {
           const files = new DataTransfer();
           files.items.add(new File([blob], 'IMG.jpg', { type: 'image/jpeg' }));
           const field = document.querySelector('.camera input');
           field.files = files.files;
           field.dispatchEvent(new Event('change', { bubbles: true }));
           done(blob.size);
         }, 'image/jpeg', 1));");
    assert!(bytes.as_u64().unwrap() > 20_000_000, "{bytes} bytes");
    see_photos(&lin, 2);
    lin.tap("保存");
    lin.see("已保存在本机");
    lin.see("已上传");
    let visit = only(&device, "visit");
    let names = picture::named(&visit);
    assert_eq!(names.len(), 2);
    for (_, name) in names {
        let bytes = fetch(&device, name).len();
        assert!(bytes <= 150_000, "{bytes} bytes");
    }
}

#[test]
fn a_record_takes_nine_photos_and_each_can_be_taken_away_again() {
    let world = World::new();
    let device = village(&world);
    let folder = TempDir::new().unwrap();
    let mut lin = phone(&world, "林晓梅");
    let files: Vec<PathBuf> = (0..10)
        .map(|seed| camera_photo(&lin, folder.path(), seed))
        .collect();
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    lin.tap("走访慰问 张建国");
    lin.tap("平安");
    choose(&lin, GALLERY, &files);
    lin.see("一条记录最多 9 张照片");
    see_photos(&lin, 9);
    assert!(!lin.sees("从相册选"));
    lin.tap("去掉照片 3");
    see_photos(&lin, 8);
    lin.see("从相册选");
    lin.tap("保存");
    lin.see("已保存在本机");
    lin.see("已上传");
    assert_eq!(picture::named(&only(&device, "visit")).len(), 8);
    // What nothing names any more leaves the phone at the next start.
    assert_eq!(at_rest(&lin, "thumb", &[]).len(), 9);
    lin.close_tab();
    lin.open(world.url());
    lin.wait_until("the ninth is gone", &holds(&lin, "thumb", 8));
}

/// An expression that is true when a store holds so many values.
fn holds(phone: &Browser, store: &str, count: usize) -> String {
    phone.js(&format!(
        "window.held = {{}};
         const look = () => {{
           const opening = indexedDB.open('chunnuan');
           opening.onsuccess = () => {{
             const database = opening.result;
             const all = database.transaction('{store}').objectStore('{store}').count();
             all.onsuccess = () => {{ window.held.{store} = all.result; database.close(); }};
           }};
         }};
         setInterval(look, 50);"
    ));
    format!("window.held.{store} === {count}")
}

#[test]
fn a_device_short_of_space_says_so_in_time_keeps_what_is_there_and_offers_what_can_go() {
    let world = World::new();
    village(&world);
    let folder = TempDir::new().unwrap();
    let mut lin = Browser::with_room("林晓梅", 30_000_000);
    lin.open(&world.enrolment_page("林晓梅", Role::FieldWorker, "371721101"));
    lin.tap("开始使用");
    lin.see("已上传");
    let photos: Vec<PathBuf> = (0..3)
        .map(|seed| camera_photo(&lin, folder.path(), seed))
        .collect();
    lin.tap("走访慰问 张建国");
    lin.tap("平安");
    choose(&lin, CAMERA, &[&photos[0]]);
    see_photos(&lin, 1);
    assert!(!lin.sees("本机空间不多了"));
    lin.tap("保存");
    lin.see("已保存在本机");
    lin.see("已上传");

    // The last bytes are taken, by whatever it is. The next photo is kept all the same, and from
    // here on the device says that it is short of space and what can go.
    fill_up(&lin);
    lin.tap("人员");
    lin.tap("张建国");
    lin.tap("走访慰问");
    lin.tap("需要帮助");
    choose(&lin, CAMERA, &[&photos[1]]);
    see_photos(&lin, 1);
    lin.see("本机空间不多了");
    lin.see("可以清掉 1 张已上传照片的小图");
    lin.tap("清掉小图");
    lin.see("已腾出空间");
    assert_eq!(at_rest(&lin, "thumb", &[]).len(), 1, "the draft's stays");

    // Now nothing is left: that is said, and what is there stands.
    fill_up(&lin);
    choose(&lin, CAMERA, &[&photos[2]]);
    lin.see("这张照片没有存下");
    lin.close_tab();
    lin.open(world.url());
    lin.see("未保存的草稿");
    lin.tap("走访慰问");
    see_photos(&lin, 1);
    let chosen = "document.querySelector('[data-field=situation] [aria-pressed=true]')?.innerText";
    lin.wait_until(
        "the answer is still there",
        &format!("{chosen} === '需要帮助'"),
    );
    lin.go("/me");
    lin.see("本机空间不多了");
}

/// Takes up all the room that the browser gives the site, down to the last thousand bytes.
fn fill_up(phone: &Browser) {
    phone.js("const random = (length) => {
           const bytes = new Uint8Array(length);
           for (let from = 0; from < length; from += 65536) {
             crypto.getRandomValues(bytes.subarray(from, from + 65536));
           }
           return bytes;
         };
         return new Promise((done, failed) => {
           const opening = indexedDB.open('something else');
           opening.onupgradeneeded = () => {
             opening.result.createObjectStore('some', { autoIncrement: true });
           };
           opening.onerror = () => failed(opening.error);
           opening.onsuccess = () => {
             let length = 1 << 20;
             const more = () => {
               const writing = opening.result.transaction('some', 'readwrite');
               writing.objectStore('some').add(random(length));
               writing.oncomplete = more;
               writing.onabort = () => {
                 length >>= 2;
                 if (length > 1000) { more(); } else { opening.result.close(); done(); }
               };
             };
             more();
           };
         });");
}

#[test]
fn a_signature_is_written_with_a_finger_and_sent_with_its_record() {
    let world = World::new();
    let device = village(&world);
    let mut lin = phone(&world, "林晓梅");
    let home = only(&device, "household").id;
    lin.go(&format!("/new/gift_issue?about={home}"));
    lin.tap("大米");
    lin.type_into("数量", "1");
    lin.tap("签名");
    lin.see("重写");
    write_name(&lin);
    lin.tap("完成");
    see_photos(&lin, 1);
    lin.tap("保存");
    lin.see("已保存在本机");
    lin.see("已上传");
    let issue = only(&device, "gift_issue");
    let sent = fetch(&device, issue.text("signature"));
    assert_eq!(picture::Form::of(&sent), Some(picture::Form::Png));
    assert!(sent.len() < 20_000, "{} bytes", sent.len());
}

/// Draws across the pad.
fn write_name(phone: &Browser) {
    let pad = phone.js(
        "const box = document.querySelector('.pad').getBoundingClientRect();
         return [box.x, box.y, box.width, box.height];",
    );
    let [x, y, width, height]: [f64; 4] = serde_json::from_value(pad).unwrap();
    let point = |kind: &str, along: f64, down: f64| {
        phone.mouse(kind, x + width * along, y + height * down);
    };
    point("mousePressed", 0.2, 0.3);
    for (along, down) in [(0.3, 0.7), (0.4, 0.3), (0.5, 0.7), (0.6, 0.3), (0.8, 0.6)] {
        point("mouseMoved", along, down);
    }
    point("mouseReleased", 0.8, 0.6);
}

#[test]
fn pictures_can_be_taken_seen_and_signed_by_whoever_uses_a_screen_reader() {
    let world = World::new();
    let device = village(&world);
    let folder = TempDir::new().unwrap();
    let mut lin = phone(&world, "林晓梅");
    let home = only(&device, "household").id;
    let good = camera_photo(&lin, folder.path(), 1);
    let text = folder.path().join("成绩单.jpg");
    std::fs::write(&text, "不是照片").unwrap();
    for scheme in ["light", "dark"] {
        lin.colours(scheme);
        let look = |lin: &Browser, what: &str| {
            // What the top bar half covers would count as too small to be touched.
            lin.js("scrollTo(0, 0);");
            let found = violations(lin);
            assert!(found.is_empty(), "{scheme} {what}: {}", found.join("\n"));
        };
        lin.go(&format!("/new/gift_issue?about={home}"));
        lin.tap("签名");
        lin.see("重写");
        write_name(&lin);
        look(&lin, "signing");
        lin.tap("完成");
        see_photos(&lin, 1);
        choose(&lin, GALLERY, &[&text, &good]);
        lin.see("这个文件不是照片");
        see_photos(&lin, 2);
        look(&lin, "the form");
        lin.tap_css("[data-field=photos] .photo");
        let whole = "document.querySelector('.viewer[open] img')?.naturalHeight === 1280";
        lin.wait_until("the whole one is seen", whole);
        look(&lin, "the whole photo");
        lin.tap("关闭");
        lin.tap("去掉领取人签字 1");
        lin.tap("去掉照片 1");
        see_photos(&lin, 0);
    }
}

#[test]
fn a_place_is_recorded_by_a_tap_and_may_be_refused() {
    let world = World::new();
    let device = village(&world);
    let mut lin = phone(&world, "林晓梅");
    let permit = |lin: &Browser, setting: &str| {
        lin.cdp(
            "Browser.setPermission",
            json!({ "permission": { "name": "geolocation" }, "setting": setting }),
        );
    };
    permit(&lin, "denied");
    lin.tap("走访慰问 张建国");
    lin.tap("平安");
    lin.tap("更多");
    lin.tap("记录这个位置");
    lin.see("没有得到定位许可。这一项可以不填");
    permit(&lin, "granted");
    lin.cdp(
        "Emulation.setGeolocationOverride",
        json!({ "latitude": 34.820_012, "longitude": 115.468_724, "accuracy": 11.2 }),
    );
    lin.tap("记录这个位置");
    lin.see("误差约 12 米");
    lin.see("34.820012, 115.468724");
    lin.tap("清除");
    lin.not_see("34.820012");
    lin.tap("记录这个位置");
    lin.see("34.820012, 115.468724");
    lin.tap("保存");
    lin.see("已保存在本机");
    lin.see("已上传");
    let spot = only(&device, "visit").value("spot").cloned();
    assert_eq!(serde_json::json!(spot), json!([34_820_012, 115_468_724]));
}

#[test]
fn what_an_older_app_kept_is_still_there_with_this_one() {
    let world = World::new();
    let lin = world.browser("林晓梅");
    // The store as the first version made it, from a page of the same origin without the app.
    lin.open(&format!("{}/icon.svg", world.url()));
    lin.js("return new Promise((done, failed) => {
           const opening = indexedDB.open('chunnuan', 1);
           opening.onerror = () => failed(opening.error);
           opening.onupgradeneeded = () => {
             for (const name of ['page', 'outbox', 'draft', 'setting', 'village']) {
               opening.result.createObjectStore(name);
             }
           };
           opening.onsuccess = () => {
             const writing = opening.result.transaction('setting', 'readwrite');
             writing.objectStore('setting').put('en', 'language');
             writing.oncomplete = () => { opening.result.close(); done(); };
           };
         });");
    lin.open(world.url());
    lin.see("Open the link");
    assert_eq!(at_rest(&lin, "picture", &[]).len(), 0);
}
