//! What becomes of the compiled modules: bindings, the app's pieces, smaller files.

use crate::build::{Profile, at_once, files_under, run};
use crate::error::{At, HostError};
use crate::site;
use crate::tools::Tools;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

enum Bound {
    Browser,
    /// Others are linked to it while it runs.
    Pieces,
    Worker,
}

fn bind(wasm: &Path, out: &Path, name: &str, bound: &Bound) -> Result<(), HostError> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name(name).typescript(false);
    let failed = |error: &dyn std::fmt::Display| HostError::Tool {
        step: "wasm-bindgen",
        said: format!("{error:#}"),
    };
    let set = match bound {
        Bound::Browser | Bound::Pieces => bindgen.web(true),
        Bound::Worker => bindgen.module(true),
    };
    let bindgen = set.map_err(|error| failed(&error))?;
    bindgen.keep_lld_exports(matches!(bound, Bound::Pieces));
    if matches!(bound, Bound::Worker) {
        bindgen
            .reset_state_function(true)
            .force_enable_abort_handler(true);
    }
    bindgen.generate(out).map_err(|error| failed(&error))
}

/// The app's module with the pieces that are split off it, in a folder of their own since they
/// name each other, and the modules that read codes and sheets.
pub fn of_app(
    tools: &Tools,
    profile: Profile,
    [app, lens, office]: &[PathBuf; 3],
    out: &Path,
) -> Result<(), HostError> {
    let pieces = out.join(site::PIECES);
    let whole = std::fs::read(app).at(app)?;
    let of_field = split(&whole, &pieces)?;
    let list = out.join(site::AT_ONCE);
    std::fs::write(&list, of_field.join("\n")).at(&list)?;
    let first = pieces.join("first.wasm");
    bind(&first, &pieces, "app", &Bound::Pieces)?;
    std::fs::remove_file(&first).at(&first)?;
    bind(lens, out, "lens", &Bound::Browser)?;
    bind(office, out, "office", &Bound::Browser)?;
    at_once(files_under(out)?, |file| {
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("wasm") if profile == Profile::Shipped => shrink(tools, file),
            Some("js") => minify(tools, file),
            _ => Ok(()),
        }
    })
}

/// The piece that every phone has before it goes out of reach of the network.
const FIELD: &str = "field";

/// Cuts the app's module where its functions are marked with `wasm_split`: what only they need
/// becomes a module of its own. Gives the files of those that the field's work needs.
fn split(whole: &[u8], out: &Path) -> Result<Vec<String>, HostError> {
    let first = out.join("first.wasm");
    let mut options = wasm_split_cli_support::Options::new(whole);
    options.output_dir = out;
    options.main_out_path = &first;
    options.link_name = "./pieces.js";
    options.main_module = "./app.js";
    let mut split =
        wasm_split_cli_support::transform(options).map_err(|error| HostError::Tool {
            step: "splitting the app",
            said: format!("{error:#}"),
        })?;
    let names = split.prefetch_map.remove(FIELD).unwrap_or_default();
    Ok(names
        .into_iter()
        .map(|name| format!("{name}.wasm"))
        .collect())
}

pub fn of_worker(tools: &Tools, wasm: &Path, out: &Path) -> Result<(), HostError> {
    bind(wasm, out, "index", &Bound::Worker)?;
    let shim = out.join("shim.js");
    std::fs::write(&shim, include_str!("worker_shim.js")).at(&shim)?;
    let mut esbuild = Command::new(&tools.esbuild);
    esbuild.args(["shim.js", "--bundle", "--format=esm", "--outfile=index.js"]);
    esbuild.args(["--allow-overwrite", "--minify", "--log-level=warning"]);
    esbuild.args(["--external:./index_bg.wasm", "--external:cloudflare:*"]);
    run("esbuild", esbuild.current_dir(out))?;
    let index = out.join("index.js");
    let text = std::fs::read_to_string(&index).at(&index)?;
    // Runtimes import wasm modules plainly; the source phase is not there yet.
    std::fs::write(&index, text.replace("import source ", "import ")).at(&index)?;
    std::fs::remove_file(&shim).at(&shim)
}

/// What Rust's compiler uses, and every browser since 2022 knows. Not `--all-features`: that would
/// let wasm-opt write what only the newest browsers read.
const WASM_FEATURES: &[&str] = &[
    "bulk-memory",
    "bulk-memory-opt",
    "call-indirect-overlong",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
];

/// What is called from one place only is put there if it is not larger than this, in wasm-opt's own
/// units. Without a limit a whole round of sync becomes one function: a browser compiles it for half a
/// second on another thread as soon as it is used a lot, and runs it slowly until then.
const ONCE: u32 = 50;

fn shrink(tools: &Tools, wasm: &Path) -> Result<(), HostError> {
    let mut wasm_opt = Command::new(&tools.node);
    wasm_opt.arg(&tools.wasm_opt).arg(wasm).arg("-Oz");
    let features = WASM_FEATURES.iter();
    wasm_opt.args(features.map(|feature| format!("--enable-{feature}")));
    wasm_opt.arg(format!("--one-caller-inline-max-function-size={ONCE}"));
    wasm_opt.arg("-o").arg(wasm);
    run("wasm-opt", &mut wasm_opt)
}

fn minify(tools: &Tools, script: &Path) -> Result<(), HostError> {
    let mut esbuild = Command::new(&tools.esbuild);
    esbuild
        .arg(script)
        .args(["--minify", "--format=esm", "--allow-overwrite"]);
    esbuild
        .arg("--log-level=error")
        .arg(format!("--outfile={}", script.display()));
    run("esbuild", &mut esbuild)
}
