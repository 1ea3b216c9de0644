using System.CommandLine;
using Crescent.NodeAgent.Hosting;

// SIGTERM is the host's: it stops in order within its own time. The command line would end the process after two seconds, with an error.
return await AgentCommands.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
