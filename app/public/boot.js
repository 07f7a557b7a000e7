// Decides whether this browser can run the app, starts it, and never leaves a blank page.
// Plain old syntax: it must run on browsers that cannot run the app.
(function () {
  var chinese = /^zh/i.test(navigator.language || "zh");

  function say(zh, en, retry) {
    var text = document.getElementById("boot-text");
    if (!text) return;
    text.textContent = chinese ? zh : en;
    text.setAttribute("role", "alert");
    if (retry && !document.getElementById("boot-retry")) {
      var button = document.createElement("button");
      button.id = "boot-retry";
      button.className = "button primary";
      button.textContent = chinese ? "再试一次" : "Try again";
      button.onclick = function () { location.reload(); };
      text.parentNode.appendChild(button);
    }
  }

  if (!chinese) document.getElementById("boot-text").textContent = "Opening…";

  // Reference types and bulk memory, which the app's module uses: a module with one function
  // that takes an externref and fills memory.
  function modern() {
    try {
      return WebAssembly.validate(new Uint8Array([
        0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 1, 111, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1, 10, 13, 1,
        11, 0, 65, 0, 65, 0, 65, 0, 252, 11, 0, 11
      ]));
    } catch (error) {
      return false;
    }
  }

  if (!window.isSecureContext) {
    return say(
      "请用 https:// 开头的网址打开（或在本机用 localhost），这样资料才能安全保存。请向管理员要正确的网址。",
      "Please open this page by its https:// address (or localhost on this machine), so that records can be kept safely. Ask your administrator for the address.");
  }
  if (!window.indexedDB || !(window.crypto && crypto.subtle) || !window.WebAssembly || !modern() ||
      !("noModule" in document.createElement("script")) || !window.BigInt) {
    return say(
      "这个浏览器太旧，无法安全保存资料。请更新浏览器（Chrome 或 Edge 96 以上），或在微信里选“在浏览器打开”。",
      "This browser is too old to keep records safely. Please update it (Chrome or Edge 96 or newer), or choose “open in browser” if you are inside another app.");
  }

  window.addEventListener("chunnuan-failed", function () {
    say(
      "没有打开成功，您的资料没有丢。请检查网络后再试一次。",
      "The app did not open; your records are not lost. Check the network and try again.", true);
  });

  var start = document.createElement("script");
  start.type = "module";
  start.src = "/start.js";
  start.onerror = function () {
    say("没有连上服务器。请检查网络后再试一次。",
        "The server could not be reached. Check the network and try again.", true);
  };
  // What stands on the page is painted before the module takes the line; in a page that nobody sees
  // yet, nothing is painted.
  var begun = false;
  function begin() {
    if (!begun) document.head.appendChild(start);
    begun = true;
  }
  window.requestAnimationFrame(function () { setTimeout(begin, 0); });
  setTimeout(begin, 250);
})();
