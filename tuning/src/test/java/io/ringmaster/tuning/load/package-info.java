/** Tests of the load rig. */
package io.ringmaster.tuning.load;
