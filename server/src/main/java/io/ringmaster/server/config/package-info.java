/**
 * Configuration: four layers of HOCON (defaults, profile, file, {@code --set}) become small records that check
 * themselves. {@link io.ringmaster.server.config.ServerConfig} loads and knows where each value came from;
 * {@link io.ringmaster.server.config.ServerSettings} is what the server is launched with. Used once, before the
 * server starts; nothing here runs on a hot path.
 */
package io.ringmaster.server.config;
