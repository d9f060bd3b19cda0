#include "page_templates.hpp"

namespace sandbox::templates {

const char* const layout = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{title}} · Amazon Pay sandbox (TEST)</title>
<link rel="stylesheet" href="/sandbox.css">
</head>
<body>
<header class="top">
<a class="brand" href="/">Amazon Pay sandbox</a> <span class="tag is-test">TEST, no real money</span>
<nav aria-label="Pages"><a href="/integration">Integration</a> <a href="/seller-central">Transactions</a> <a href="/new-order">New order</a></nav>
</header>
<main>
{{{content}}}
</main>
<footer>A local simulation for tests. It is not made or run by Amazon.</footer>
</body>
</html>
)html";

const char* const refusal = R"html(<h1>Not possible</h1>
<p class="strip is-stop">{{message}}</p>
<p class="note">{{code}}</p>
<p><a href="/seller-central">To the list of transactions</a></p>
)html";

const char* const index = R"html(<h1>Amazon Pay, on this machine</h1>
<p>The shop talks to <code>{{api}}</code> with the official SDKs or the plugin. These pages play the people at Amazon and in front of the shop. The virtual clock says {{now}}.</p>
<div class="tiles">
<a class="panel tile" href="/seller-central"><b>Transactions</b><span>What a merchant sees in Seller Central: look at an order, capture, cancel, close, refund.</span></a>
<a class="panel tile" href="/integration"><b>Integration Central</b><span>Keys for a shop: make a pair and copy it as JSON, or upload a public key and get its id.</span></a>
<a class="panel tile" href="/new-order"><b>New order</b><span>A test buyer has paid: an order with amount, number and card of your choice.</span></a>
</div>
<section class="panel">
<h2>Accounts</h2>
{{#any}}
<div class="scroll" tabindex="0" role="region" aria-label="Accounts"><table>
<thead><tr><th>Merchant id</th><th>Region</th><th>Currency</th><th>Store id</th></tr></thead>
<tbody>{{#accounts}}<tr><td data-label="Merchant id"><a href="/seller-central?merchant={{merchant_id}}">{{merchant_id}}</a></td><td data-label="Region">{{region}}</td><td data-label="Currency">{{currency}}</td><td data-label="Store id" class="id">{{store_id}}</td></tr>
{{/accounts}}</tbody></table></div>
<h3>Keys</h3>
<ul class="plain">{{#keys}}<li><span class="id">{{public_key_id}}</span> of {{merchant_id}}, {{environment}}</li>{{/keys}}</ul>
{{/any}}
{{^any}}<p>There is none yet. Make one here, or with <code>POST /control/keypair</code>.</p>{{/any}}
<form method="post" action="/accounts" class="row">
<label>Region <select name="region"><option value="eu">Europe</option><option value="na">North America</option><option value="jp">Japan</option></select></label>
<label>Environment <select name="environment"><option>Sandbox</option><option>Live</option></select></label>
<button>Make a test account</button>
</form>
</section>
)html";

const char* const account = R"html(<h1>New test account</h1>
<p class="strip is-wait">The private key is shown once: copy it now. It opens nothing but this sandbox.</p>
<section class="panel"><dl>
<dt>Merchant id</dt><dd class="id">{{merchant_id}}</dd><dt>Store id</dt><dd class="id">{{store_id}}</dd>
<dt>Region</dt><dd>{{region}}, {{ledger_currency}}</dd><dt>Environment</dt><dd>{{environment}}</dd><dt>Public key id</dt><dd class="id">{{public_key_id}}</dd>
</dl>
<h2>Private key</h2>
<pre tabindex="0">{{private_key_pem}}</pre>
</section>
<p><a href="/new-order?public_key_id={{public_key_id}}">Make an order for this account</a></p>
)html";

const char* const integration = R"html(<h1>Integration Central</h1>
<p>What Seller Central shows to who connects a shop: the ids of the account, and its keys.</p>
{{#refusal}}<p class="strip is-stop" role="alert">{{refusal}} Nothing was made.</p>{{/refusal}}
{{^any}}<p class="strip is-wait">There is no account yet. <a href="/">Make a test account</a> first.</p>{{/any}}
{{#accounts}}
<section class="panel">
<h2>Account <span class="id">{{merchant_id}}</span></h2>
<dl><dt>Merchant id</dt><dd class="id">{{merchant_id}}</dd><dt>Store id</dt><dd class="id">{{store_id}}</dd><dt>Region</dt><dd>{{region}}, {{currency}}</dd>
<dt>Keys</dt><dd>{{#keys}}<span class="id">{{public_key_id}}</span> <span class="note">{{environment}}</span><br>{{/keys}}{{^any_key}}none yet{{/any_key}}</dd></dl>
<h3>Make a key pair</h3>
<form method="post" action="/integration/{{merchant_id}}/keys" class="row"><label>Environment <select name="environment"><option>Sandbox</option><option>Live</option></select></label><button>Make keys and show them as JSON</button></form>
<h3>Upload a public key</h3>
<form method="post" action="/integration/{{merchant_id}}/public-key" class="row"><label>Environment <select name="environment"><option>Sandbox</option><option>Live</option></select></label>
<label class="grow">Public key (PEM) <textarea name="public_key" rows="3" required placeholder="-----BEGIN PUBLIC KEY-----"></textarea></label><button class="quiet">Upload the public key</button></form>
</section>
{{/accounts}}
)html";

const char* const keys = R"html(<h1>New key of <span class="id">{{merchant_id}}</span></h1>
<section class="panel"><dl><dt>Public key id</dt><dd class="id" id="public-key-id">{{public_key_id}}</dd></dl>
{{#json}}<p class="strip is-wait">The private key is shown once: copy it now. It opens nothing but this sandbox.</p>
<label>Paste this into the shop: Connection, Paste JSON from Amazon <textarea id="json" rows="12" readonly>{{json}}</textarea></label>{{/json}}
{{^json}}<p>Enter this id in the shop, where the key pair was made.</p>{{/json}}
</section>
<p><a href="/integration">Back to Integration Central</a></p>
)html";

const char* const orders = R"html(<h1>Transactions</h1>
<form method="get" action="/seller-central" class="row panel">
<label class="grow">Reference id, order number or buyer <input name="q" value="{{q}}"></label>
<label>Account <select name="merchant"><option value="">All</option>{{#merchants}}<option value="{{id}}"{{#selected}} selected{{/selected}}>{{id}} ({{region}})</option>{{/merchants}}</select></label>
<label>Environment <select name="environment"><option value="">Both</option>{{#environments}}<option{{#selected}} selected{{/selected}}>{{name}}</option>{{/environments}}</select></label>
<button class="quiet">Find</button>
</form>
{{#any}}
<div class="scroll panel" tabindex="0" role="region" aria-label="Transactions"><table class="cards">
<thead><tr><th>Date</th><th>Buyer</th><th class="num">Total</th><th class="num">Charged</th><th>Amazon reference id</th><th>Order number</th><th>Status</th></tr></thead>
<tbody>
{{#rows}}<tr>
<td data-label="Date">{{date}}</td><td data-label="Buyer">{{buyer}}</td><td data-label="Total" class="num">{{total}}</td><td data-label="Charged" class="num">{{charged}}</td>
<td data-label="Reference" class="id">{{#link}}<a href="{{link}}">{{reference}}</a>{{/link}}{{^link}}{{reference}}{{/link}}</td><td data-label="Order number">{{order_number}}</td>
<td data-label="Status"><span class="word {{role}}">{{word}}</span>{{#note}} <span class="note">{{note}}</span>{{/note}}</td>
</tr>
{{/rows}}</tbody></table></div>
<p class="row">{{#later_page}}<a href="/seller-central?q={{q}}&amp;merchant={{merchant}}&amp;environment={{environment}}">Newest</a>{{/later_page}}
{{#more}}<a href="/seller-central?q={{q}}&amp;merchant={{merchant}}&amp;environment={{environment}}&amp;before={{before}}">Older</a>{{/more}}</p>
{{/any}}
{{^any}}<p class="panel">No transaction matches. <a href="/new-order">Make an order by hand</a> or let the shop check out.</p>{{/any}}
)html";

const char* const order = R"html(<p><a href="/seller-central">Transactions</a></p>
<h1><span class="id">{{id}}</span> <span class="word {{role}}">{{word}}</span> <span class="tag is-test">{{environment}}</span></h1>
{{#said}}<p class="strip is-good" role="status">{{said}}</p>{{/said}}
{{#refusal}}<p class="strip is-stop" role="alert">Amazon refused: {{refusal}} Nothing was booked.</p>{{/refusal}}
<div class="columns">
<section class="panel">
<h2>Order</h2>
<dl>
<dt>Buyer</dt><dd>{{buyer}}{{^buyer}}not shown any more{{/buyer}}{{#email}}<br>{{email}}{{/email}}</dd>
<dt>Ship to</dt><dd>{{address}}{{#city}}, {{city}}{{/city}} {{country}}{{^address}}no address{{/address}}</dd>
<dt>Order number</dt><dd>{{order_number}}{{^order_number}}none{{/order_number}}</dd>
<dt>Made</dt><dd>{{date}}</dd>
<dt>Kind</dt><dd>{{type}}, {{card}}</dd>
<dt>Limit</dt><dd>{{limit}}, of which {{balance}} can still be charged</dd>
<dt>State in the API</dt><dd>{{state}}{{#reason}} ({{reason}}){{/reason}}{{#description}}<br><span class="note">{{description}}</span>{{/description}}</dd>
<dt>Account</dt><dd class="id">{{merchant}}</dd>
</dl>
</section>
<section class="panel">
<h2>Acts</h2>
{{#open}}
{{#can_charge}}<form method="post" action="/seller-central/{{id}}/capture" class="row"><label>Amount in {{currency}} <input name="amount" value="{{charge_amount}}" inputmode="decimal" required></label><button>Charge and capture</button></form>{{/can_charge}}
<form method="post" action="/seller-central/{{id}}/cancel" class="row"><label class="grow">Reason <input name="reason" value="canceled by hand in Seller Central" maxlength="255"></label><button class="quiet">Cancel payment</button></form>
<p class="note">Ends the order and lets go what is reserved.</p>
<form method="post" action="/seller-central/{{id}}/close" class="row"><label class="grow">Reason <input name="reason" value="closed by hand in Seller Central" maxlength="255"></label><button class="quiet">Close order</button></form>
<p class="note">No new charge; what is reserved can still be captured.</p>
{{/open}}
{{^open}}<p>The order is closed. Captured charges can still be refunded below.</p>{{/open}}
</section>
</div>
<section class="panel">
<h2>Charges</h2>
{{^any_charge}}<p>Nothing was charged yet.</p>{{/any_charge}}
{{#charges}}
<article class="charge">
<h3><span class="id">{{id}}</span> <span class="word {{role}}">{{state}}</span>{{#reason}} <span class="note">{{reason}}</span>{{/reason}}</h3>
<p>{{amount}} on {{date}}{{#can_refund}}, captured {{captured}}{{/can_refund}}</p>
{{#any_refund}}<ul class="plain">{{#refunds}}<li><span class="word {{role}}">{{state}}</span> {{amount}}, {{date}}{{#reason}}, {{reason}}{{/reason}} <span class="id note">{{id}}</span> <span class="note">by {{by}}</span></li>{{/refunds}}</ul>{{/any_refund}}
{{#can_capture}}<form method="post" action="/seller-central/{{permission}}/capture" class="row"><input type="hidden" name="charge_id" value="{{id}}"><label>Amount in {{currency}} <input name="amount" value="{{capture_amount}}" inputmode="decimal" required></label><button>Capture payment</button></form>{{/can_capture}}
{{#can_refund}}<form method="post" action="/seller-central/{{permission}}/refund" class="row"><input type="hidden" name="charge_id" value="{{id}}"><label>Amount in {{currency}} <input name="amount" value="{{refund_amount}}" inputmode="decimal" required></label><button class="quiet">Refund</button></form>{{/can_refund}}
</article>
{{/charges}}
</section>
<section class="panel">
<h2>Notifications</h2>
{{^told}}<p>None yet.</p>{{/told}}
{{#told}}<div class="scroll" tabindex="0" role="region" aria-label="Notifications"><table class="cards"><thead><tr><th>Date</th><th>About</th><th>Change</th><th>Delivery</th></tr></thead><tbody>
{{#notifications}}<tr><td data-label="Date">{{date}}</td><td data-label="About">{{object}} <span class="id note">{{id}}</span></td><td data-label="Change">{{type}} <span class="note">{{object_state}}</span></td><td data-label="Delivery">{{state}}</td></tr>{{/notifications}}
</tbody></table></div>{{/told}}
</section>
)html";

const char* const checkout = R"html(<h1>Pay with Amazon Pay <span class="tag is-test">test buyer</span></h1>
{{#refusal}}<p class="strip is-stop" role="alert">{{refusal}}</p>{{/refusal}}
{{#open}}
<p class="sum">{{amount}}{{^amount}}Amount not set{{/amount}}{{#store}} <span class="note">at {{store}}</span>{{/store}}</p>
<p class="note">{{#order_number}}Order {{order_number}}, {{/order_number}}{{#intent}}intent {{intent}}, {{/intent}}session <span class="id">{{id}}</span></p>
{{#constraint}}<p class="strip is-wait">{{constraint}}</p>{{/constraint}}
<form method="post" action="/checkout/{{id}}" class="panel">
<div class="row"><label class="grow">Buyer <input name="name" value="Erika Beispiel" required maxlength="100"></label>
<label class="grow">Mail <input name="email" type="email" value="erika@shop.example" required maxlength="100"></label>
<label>Ship to <select name="address">{{#places}}<option value="{{key}}"{{#chosen}} selected{{/chosen}}>{{label}}</option>{{/places}}</select></label></div>
<fieldset><legend>Card</legend>
{{#cards}}<label class="choice"><input type="radio" name="card" value="{{ending}}"{{#chosen}} checked{{/chosen}}><span><b>···· {{ending}}</b> {{what}}</span></label>{{/cards}}
</fieldset>
<div class="row">
<button name="act" value="pay">Pay {{amount}}</button>
<button name="act" value="sign-in" class="quiet">Choose only, the shop completes</button>
<button name="act" value="cancel" class="quiet" formnovalidate>Leave without paying</button>
</div>
<p class="note">Pay completes the session and goes back to the shop. With the second button the shop has to send Complete Checkout Session itself, as in a real checkout.</p>
</form>
{{/open}}
{{^open}}
<p class="strip {{#permission}}is-good{{/permission}}{{^permission}}is-neutral{{/permission}}">The checkout is {{state}}{{#reason}} ({{reason}}){{/reason}}.</p>
<section class="panel"><dl>
<dt>Session</dt><dd class="id">{{id}}</dd>
{{#permission}}<dt>Charge permission</dt><dd class="id"><a href="/seller-central/{{permission}}">{{permission}}</a></dd>{{/permission}}
{{#charge}}<dt>Charge</dt><dd class="id">{{charge}}</dd>{{/charge}}
</dl></section>
{{/open}}
{{#back}}<p><a href="{{back}}">Back to the shop</a></p>{{/back}}
)html";

const char* const new_order = R"html(<h1>New order</h1>
<p>A test buyer has been to the shop and paid: this makes the checkout session, the charge permission and the charge in one go.</p>
{{#refusal}}<p class="strip is-stop" role="alert">{{refusal}} Nothing was made.</p>{{/refusal}}
{{^any}}<p class="strip is-wait">There is no account yet. <a href="/">Make a test account</a> first.</p>{{/any}}
{{#any}}
<form method="post" action="/new-order" class="panel">
<div class="row">
<label class="grow">Account and key <select name="public_key_id">{{#keys}}<option value="{{id}}"{{#chosen}} selected{{/chosen}}>{{merchant}}, {{environment}}, {{currency}} ({{id}})</option>{{/keys}}</select></label>
<label>Amount in its currency <input name="amount" value="{{amount}}" inputmode="decimal" placeholder="49.90" required></label>
<label>Order number <input name="reference" value="{{reference}}" maxlength="100"></label>
</div>
<div class="row">
<label class="grow">What the shop asked for <select name="intent">{{#intents}}<option value="{{name}}"{{#chosen}} selected{{/chosen}}>{{what}}</option>{{/intents}}</select></label>
<label class="grow">Buyer <input name="name" value="{{name}}" placeholder="Erika Beispiel" maxlength="100"></label>
<label>Ship to <select name="address">{{#places}}<option value="{{key}}"{{#chosen}} selected{{/chosen}}>{{label}}</option>{{/places}}</select></label>
</div>
<fieldset><legend>Card</legend>
{{#cards}}<label class="choice"><input type="radio" name="card" value="{{ending}}"{{#chosen}} checked{{/chosen}}><span><b>···· {{ending}}</b> {{what}}</span></label>{{/cards}}
</fieldset>
<button>Make the order</button>
</form>
{{/any}}
)html";

const char* const stylesheet = R"css(:root{color-scheme:light;--canvas:#f2f4f6;--surface:#fff;--hover:#f0f4f8;--ink:#16202b;--ink-2:#4c5967;--line:#dce2e7;--edge:#7a8694;
--act:#1d53ae;--act-hover:#163f86;--on-act:#fff;--good:#0b5b3a;--good-bg:#e4f3ea;--good-line:#93c9ac;--wait:#734600;--wait-bg:#fdf0d7;--wait-line:#e2bd76;
--stop:#9b1b1e;--stop-bg:#fdeaea;--stop-line:#e9a5a5;--neutral:#3c4956;--neutral-bg:#e9edf1;--neutral-line:#c0c9d2;--test:#57279a;--test-bg:#f1eafc;--test-line:#c5abec}
@media (prefers-color-scheme:dark){:root{color-scheme:dark;--canvas:#0f141a;--surface:#171e26;--hover:#202a34;--ink:#e7ecf1;--ink-2:#a8b4c0;--line:#2a3540;--edge:#72808e;
--act:#8fb8ff;--act-hover:#b4d0ff;--on-act:#0c1c36;--good:#83dcb0;--good-bg:#13301f;--good-line:#2c6146;--wait:#f2c470;--wait-bg:#33260b;--wait-line:#6e5320;
--stop:#ffa5a1;--stop-bg:#3c181a;--stop-line:#803639;--neutral:#c4ced8;--neutral-bg:#27313b;--neutral-line:#43505d;--test:#d0b6ff;--test-bg:#2a1d45;--test-line:#5b4491}}
.is-good{--c:var(--good);--b:var(--good-bg);--l:var(--good-line)}.is-wait{--c:var(--wait);--b:var(--wait-bg);--l:var(--wait-line)}
.is-stop{--c:var(--stop);--b:var(--stop-bg);--l:var(--stop-line)}.is-neutral{--c:var(--neutral);--b:var(--neutral-bg);--l:var(--neutral-line)}
.is-test{--c:var(--test);--b:var(--test-bg);--l:var(--test-line)}
*{box-sizing:border-box}
body{margin:0;background:var(--canvas);color:var(--ink);font:.875rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK JP",sans-serif;font-variant-numeric:tabular-nums}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1rem;padding:.75rem 1.5rem;background:var(--surface);border-bottom:1px solid var(--line)}
.brand{font-size:1rem;font-weight:600;color:var(--ink);text-decoration:none}.top nav{margin-left:auto;display:flex;gap:1.5rem}
main{max-width:76rem;margin:0 auto;padding:1.5rem}footer{max-width:76rem;margin:0 auto;padding:0 1.5rem 2rem;color:var(--ink-2);font-size:.75rem}
h1{font-size:1.25rem;font-weight:600;margin:.5rem 0 1rem;overflow-wrap:anywhere}h2{font-size:1rem;font-weight:600;margin:0 0 .75rem}h3{font-size:.875rem;font-weight:600;margin:1rem 0 .25rem;overflow-wrap:anywhere}
a{color:var(--act)}a:hover{color:var(--act-hover)}:focus-visible{outline:2px solid var(--act);outline-offset:2px}
.panel{display:block;background:var(--surface);border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:0 0 1rem}
.columns{display:grid;grid-template-columns:3fr 2fr;gap:0 1rem;align-items:start}
.tiles{display:grid;grid-template-columns:repeat(2,1fr);gap:0 1rem}.tile{text-decoration:none;color:var(--ink)}.tile b{display:block;font-size:1rem;color:var(--act)}.tile:hover{background:var(--hover)}
.tag,.word{display:inline-block;padding:0 .5rem;border:1px solid var(--l);border-radius:.25rem;background:var(--b);color:var(--c);font-size:.8125rem;font-weight:600;line-height:1.5rem;white-space:nowrap}
.tag{border-style:dashed;font-size:.75rem}.strip{padding:.5rem .75rem;border:1px solid var(--l);border-radius:.25rem;background:var(--b);color:var(--c)}
.note{color:var(--ink-2);font-size:.75rem}p.note{margin:.25rem 0 .75rem}.id{font-family:ui-monospace,"SF Mono",Consolas,"Liberation Mono",monospace;font-size:.8125rem;overflow-wrap:anywhere}h1 .id{font-size:1.125rem}
.sum{font-size:1.5rem;font-weight:600;margin:0}.sum .note{font-weight:400}
dl{display:grid;grid-template-columns:9rem 1fr;gap:.5rem 1rem;margin:0}dt{color:var(--ink-2)}dd{margin:0;overflow-wrap:anywhere}
.row{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end;margin:0 0 .75rem}.row.panel{display:flex;margin-bottom:1rem}.grow{flex:1 1 12rem}
label{display:block;color:var(--ink-2);font-size:.75rem;min-width:0}
input,select{display:block;width:100%;height:2.125rem;padding:0 .5rem;border:1px solid var(--edge);border-radius:.25rem;background:var(--surface);color:var(--ink);font:inherit;font-size:.875rem}
textarea{display:block;width:100%;padding:.5rem;border:1px solid var(--edge);border-radius:.25rem;background:var(--surface);color:var(--ink);font:.8125rem/1.5 ui-monospace,"SF Mono",Consolas,monospace}
input[type=radio]{display:inline-block;width:1rem;height:1rem;margin:.2rem .5rem 0 0;flex:none}
button{height:2.125rem;padding:0 1rem;border:1px solid var(--act);border-radius:.25rem;background:var(--act);color:var(--on-act);font:inherit;font-weight:600;cursor:pointer}
button:hover{background:var(--act-hover)}.quiet{background:var(--surface);color:var(--act)}.quiet:hover{background:var(--hover)}
fieldset{border:1px solid var(--line);border-radius:.25rem;padding:.5rem .75rem;margin:0 0 .75rem}legend{color:var(--ink-2);font-size:.75rem;padding:0 .25rem}
.choice{display:flex;align-items:flex-start;padding:.25rem 0;color:var(--ink);font-size:.875rem}.choice b{display:inline-block;min-width:5rem}
.scroll{overflow-x:auto}table{width:100%;border-collapse:collapse;font-size:.8125rem}th{text-align:left;color:var(--ink-2);font-weight:500}th,td{padding:.5rem;border-bottom:1px solid var(--line);vertical-align:top}
tbody tr:last-child td{border-bottom:0}tbody tr:hover{background:var(--hover)}.num{text-align:right;white-space:nowrap}.cards td:first-child{white-space:nowrap}
.plain{list-style:none;padding:0;margin:.5rem 0}.plain li{padding:.25rem 0}.charge+.charge{border-top:1px solid var(--line)}.charge h3{margin-top:.75rem}
pre{overflow:auto;padding:.75rem;background:var(--canvas);border-radius:.25rem;font-size:.75rem}
@media (max-width:48rem){main{padding:1rem}.top{padding:.75rem 1rem}.top nav{margin-left:0;width:100%}.columns,.tiles{grid-template-columns:1fr}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}
.row>*{flex:1 1 100%}input,select,button{height:2.75rem}input[type=radio]{height:1.25rem;width:1.25rem}
table.cards,.cards tbody,.cards tr,.cards td{display:block}.cards thead{display:none}.cards tr{padding:.5rem 0;border-bottom:1px solid var(--line)}.cards tr:last-child{border-bottom:0}
.cards td{display:grid;grid-template-columns:7rem 1fr;border:0;padding:.125rem 0;text-align:left}.cards td::before{content:attr(data-label);color:var(--ink-2)}.cards td:empty{display:none}
.cards td>*{justify-self:start}.cards td>.note{grid-column:2}}
)css";

}  // namespace sandbox::templates
