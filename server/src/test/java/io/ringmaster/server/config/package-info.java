/** Tests of {@code io.ringmaster.server.config}. */
package io.ringmaster.server.config;
