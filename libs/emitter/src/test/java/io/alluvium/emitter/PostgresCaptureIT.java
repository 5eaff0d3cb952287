package io.alluvium.emitter;

import java.util.Map;

class PostgresCaptureIT extends CaptureContract {

    @Override
    ShopDatabase open(Map<String, String> settings) {
        return ShopDatabase.postgres(settings);
    }
}
