using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

// The engine of PowerShell 7 without its modules: powershell.exe SCRIPT [-Name [VALUE ...]] ...
var state = InitialSessionState.CreateDefault2();
state.ExecutionPolicy = ExecutionPolicy.Bypass;
using var runspace = RunspaceFactory.CreateRunspace(state);
runspace.Open();
using var shell = PowerShell.Create(runspace);
shell.AddCommand(args[0]);
for (var index = 1; index < args.Length;)
{
    var name = args[index++][1..];
    var values = args[index..].TakeWhile(static word => word.StartsWith("--", StringComparison.Ordinal) || !word.StartsWith('-')).ToArray();
    index += values.Length;
    _ = values.Length switch
    {
        0 => shell.AddParameter(name),
        1 => shell.AddParameter(name, values[0]),
        _ => shell.AddParameter(name, values),
    };
}

try
{
    foreach (var item in shell.Invoke())
    {
        Console.WriteLine(item);
    }
}
catch (RuntimeException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

foreach (var error in shell.Streams.Error)
{
    Console.Error.WriteLine(error);
}

return shell.HadErrors ? 1 : 0;
