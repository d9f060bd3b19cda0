<?php
// One web request of a shop plugin in PHP: the interpreter begins anew, reads the key, opens a connection and asks once. Served by "php -S" for
// tests/bench/compare, with the compiled scripts kept between requests (opcache) as shops have it. KEY, URL and AUTHORITIES come from the environment.
require __DIR__ . '/amazon_pay.php';

$curl = curl_init();
prepare($curl, load_key(getenv('KEY')), getenv('URL'), getenv('AUTHORITIES'));
echo read_charge($curl, curl_exec($curl))['statusDetails']['state'];
