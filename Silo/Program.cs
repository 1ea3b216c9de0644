using Crescent.SiloHost.Hosting;

return await SiloCommands.Create().Parse(args).InvokeAsync();
