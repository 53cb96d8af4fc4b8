/** Tests of the in-server agents: catalog, configuration, worker. */
package io.ringmaster.server.agents;
