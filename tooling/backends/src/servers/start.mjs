import { startAlertmanager } from './alertmanager.mjs';
import { startCollectd } from './collectd.mjs';
import { startInfluxdb } from './influxdb.mjs';
import { startPrometheus } from './prometheus.mjs';
import { startPushgateway } from './pushgateway.mjs';
import { startRedis } from './redis.mjs';
import { startVictoriametrics } from './victoriametrics.mjs';

/** @type {typeof import('../index.d.ts').start} */
export const start = {
  alertmanager: startAlertmanager,
  collectd: startCollectd,
  influxdb: startInfluxdb,
  prometheus: startPrometheus,
  pushgateway: startPushgateway,
  redis: startRedis,
  victoriametrics: startVictoriametrics,
};
