using Crescent.NodeAgent.Hosting;

return await AgentCommands.Create().Parse(args).InvokeAsync();
