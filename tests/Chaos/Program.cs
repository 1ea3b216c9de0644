using Crescent.Chaos;

return await ChaosCommand.Create().Parse(args).InvokeAsync();
