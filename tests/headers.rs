//! What the answers' headers hold the browser to: no script but the app's own, no string that
//! becomes one, no other site.

use domain::grant::Role;
use host::http;
use tests::World;

use crate::journeys::enrolled;

const EVERYWHERE: [(&str, &str); 4] = [
    ("strict-transport-security", "max-age=31536000"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
];

#[test]
fn every_answer_of_page_and_api_carries_its_headers() {
    let world = World::new();
    let lin = world.device("林晓梅", Role::FieldWorker, "371721101");
    let page = ["/", "/people", "/sw.js", "/trust.js"];
    let api = [
        "/api/health",
        "/api/nothing",
        "/api/sync/371721?after=0&view=",
        "/api/devices",
    ];
    for path in page.iter().chain(&api) {
        let answer = lin.get(path).unwrap();
        for (name, value) in EVERYWHERE {
            assert_eq!(answer.header(name), Some(value), "{path} {name}");
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{path} {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path} {policy}");
    }
    for path in page {
        let answer = http::get(&format!("{}{path}", world.url())).unwrap();
        let header = |name| answer.header(name).unwrap_or_default().to_owned();
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        let policy = header("content-security-policy");
        assert!(policy.contains("require-trusted-types-for 'script'"));
        let permissions = header("permissions-policy");
        let allowed = permissions
            .split(", ")
            .filter(|part| !part.ends_with("=()"));
        let allowed: Vec<&str> = allowed.collect();
        assert_eq!(allowed, ["camera=(self)", "geolocation=(self)"], "{path}");
    }
    for path in api {
        assert_eq!(
            lin.get(path).unwrap().header("cache-control"),
            Some("no-store"),
            "{path}"
        );
    }
}

#[test]
fn a_string_does_not_become_a_script_and_nobody_else_is_asked_for_anything() {
    let world = World::new();
    let phone = enrolled(&world, "林晓梅", Role::FieldWorker, "371721101");
    // In a task of the page's own: what a driver evaluates may do more.
    phone.js(
        "setTimeout(() => { const tried = {
           handler: () => { document.body.innerHTML = '<img src=\"/x\" onerror=\"window.hurt = 1\">'; },
           script: () => { document.body.insertAdjacentHTML('beforeend', '<script>window.hurt = 2</' + 'script>'); },
           elsewhere: () => { document.createElement('script').src = 'https://example.org/x.js'; },
           own: () => { document.createElement('script').src = '/app-other.js'; },
           text: () => { document.createElement('script').text = 'window.hurt = 3'; },
           frame: () => { document.createElement('iframe').srcdoc = '<b onclick=\"window.hurt = 5\">x</b>'; },
           parsed: () => { new DOMParser().parseFromString('<p style=\"x\">', 'text/html'); },
           evaluated: () => { (0, eval)('window.hurt = 4'); },
           policy: () => { trustedTypes.createPolicy('another', { createHTML: (x) => x }); },
         };
         const through = [];
         for (const [name, deed] of Object.entries(tried)) {
           try { deed(); through.push(name); } catch (error) { }
         }
         window.tried = { through, hurt: window.hurt ?? null }; });",
    );
    phone.wait_until("all was tried", "window.tried");
    let refused = phone.js("return window.tried");
    assert_eq!(
        refused,
        serde_json::json!({ "through": [], "hurt": null }),
        "a string got through"
    );
    // What is harmless is still drawn: the app draws its own views that way.
    let drawn = phone.js("const box = document.createElement('div');
         box.innerHTML = '<p class=\"x\">春暖</p>';
         return box.textContent;");
    assert_eq!(drawn, "春暖");
    let strangers = phone.js("return performance.getEntries()
           .filter((entry) => entry.entryType === 'resource' || entry.entryType === 'navigation')
           .map((entry) => entry.name)
           .filter((name) => /^[a-z]+:/.test(name) && !name.startsWith('blob:') &&
                             new URL(name).origin !== location.origin);");
    assert_eq!(strangers, serde_json::json!([]), "another site was asked");
    let asked = phone.js("return performance.getEntriesByType('resource').length");
    assert!(asked.as_u64().unwrap() > 5, "something was asked at all");
}
