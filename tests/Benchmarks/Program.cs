using System.CommandLine;
using BenchmarkDotNet.Running;
using Crescent.Benchmarks.Load;

if (args is ["micro", ..])
{
    BenchmarkSwitcher.FromAssembly(typeof(LoadCommand).Assembly).Run(args[1..]);
    return 0;
}

if (args is ["core", ..])
{
    return await Crescent.Benchmarks.Core.CoreCommand.Create().Parse(args[1..]).InvokeAsync();
}

if (args is ["yardstick", ..])
{
    return await Crescent.Benchmarks.Yardstick.YardstickCommand.Create().Parse(args[1..]).InvokeAsync();
}

return await LoadCommand.Create().Parse(args).InvokeAsync();
