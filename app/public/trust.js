// What may become markup or a script by way of a string: only the app's own static views and its
// three scripts. Browsers with Trusted Types ask here before every such string; a string with a
// script, an event handler, or an address elsewhere in it is refused.
// Plain old syntax, as in boot.js.
(function () {
  if (!window.trustedTypes) return;
  var part = /^(?:[^<]+|<!(?:--)?>|<\/[a-z][a-z0-9-]*>|<([a-z][a-z0-9-]*)((?: +[a-zA-Z][a-zA-Z0-9:_-]*(?:="[^"<>]*")?)*) *\/?>)/;
  var attribute = / +([a-zA-Z][a-zA-Z0-9:_-]*)(?:="([^"<>]*)")?/g;
  // What runs, loads, or stands for something else than it seems.
  var tags = /^(?:script|style|iframe|frame|frameset|object|embed|applet|base|link|meta|noscript|noembed|noframes|plaintext|xmp|template|portal|math|foreignobject|animate.*|set)$/;
  var names = /^(?:on.*|style|srcdoc|srcset|action|formaction|ping|xmlns.*|is|nonce)$/;
  var places = /^(?:href|src|poster|data|background|xlink:href)$/;

  function plain(list) {
    var found;
    attribute.lastIndex = 0;
    while ((found = attribute.exec(list))) {
      var name = found[1].toLowerCase();
      if (names.test(name)) return false;
      // On this site, by a path: no scheme, no other host.
      if (places.test(name) && !/^(?:#|\/(?![\/\\])|$)/.test(found[2] || "")) return false;
    }
    return true;
  }

  function harmless(html) {
    while (html) {
      var found = part.exec(html);
      if (!found) return false;
      if (found[1] && (tags.test(found[1]) || !plain(found[2]))) return false;
      html = html.slice(found[0].length);
    }
    return true;
  }

  window.trustedTypes.createPolicy("default", {
    createHTML: function (html) { return harmless(html) ? html : null; },
    createScriptURL: function (url) {
      return url === "/start.js" || url === "/sw.js" || url === "/office.js" ? url : null;
    }
  });
})();
