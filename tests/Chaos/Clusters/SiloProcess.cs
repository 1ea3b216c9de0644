using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Crescent.Chaos.Clusters;

/// <summary>A control plane process that can be killed, suspended and started again.</summary>
internal sealed partial class SiloProcess(string program, string home, string output, string name, SiloMachine machine, string? connection) : IDisposable
{
    private const int SigKill = 9;
    private const int SigContinue = 18;
    private const int SigStop = 19;

    private Process? _process;
    private TaskCompletionSource _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StreamWriter? _log;

    public SiloMachine Machine => machine;

    public string LogFile => Path.Combine(output, $"{name}.log");

    /// <summary>Completes when the process has come to the point it was told to die at.</summary>
    public Task CrashPointReached => _crashed.Task;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>How often it has been started.</summary>
    public int Starts { get; private set; }

    /// <param name="crashPoint">Where it is to die, as <c>NAME[:n]</c>.</param>
    public void Start(string? crashPoint = null)
    {
        _process?.Dispose();
        _log?.Dispose();
        Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!);
        _log = new(new FileStream(LogFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var port = (int number) => number.ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            program, "run", "--home", home, "--name", name, "--store", connection is null ? "sqlite" : "postgres",
            "--port", port(machine.ApiPort), "--silo-port", port(machine.SiloPort), "--gateway-port", port(machine.GatewayPort),
            "--advertise", machine.Address,
        ];
        var start = machine.Namespace is null
            ? new ProcessStartInfo(arguments[0], arguments[1..])
            : new ProcessStartInfo("nsenter", [$"--net=/run/netns/{machine.Namespace}", .. arguments]);
        start.RedirectStandardOutput = start.RedirectStandardError = true;

        // A child that has the terminal makes the runtime look after the terminal whenever one ends.
        start.RedirectStandardInput = true;
        start.Environment["CRESCENT_CONNECTION"] = connection ?? "";
        if (crashPoint is not null)
        {
            start.Environment["CRESCENT_CRASH_POINT"] = crashPoint;
            _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        var log = _log;
        Write(log, $"--- start {++Starts} {crashPoint}");
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, line) => Write(log, line.Data);
        var crashed = _crashed;
        _process.ErrorDataReceived += (_, line) =>
        {
            Write(log, line.Data);
            if (line.Data?.StartsWith("crash point", StringComparison.Ordinal) == true)
            {
                crashed.TrySetResult();
            }
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        if (IsRunning)
        {
            Send(_process!.Id, SigKill);
            await _process.WaitForExitAsync(cancellationToken);
        }
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process?.WaitForExitAsync(cancellationToken) ?? Task.CompletedTask;

    public void Suspend()
    {
        if (IsRunning)
        {
            Send(_process!.Id, SigStop);
        }
    }

    public void Resume()
    {
        if (IsRunning)
        {
            Send(_process!.Id, SigContinue);
        }
    }

    public void Dispose()
    {
        if (IsRunning)
        {
            Send(_process!.Id, SigKill);
        }

        _process?.Dispose();
        _log?.Dispose();
    }

    private static void Write(StreamWriter log, string? line)
    {
        if (line is not null)
        {
            lock (log)
            {
                if (log.BaseStream is { CanWrite: true })
                {
                    log.WriteLine(line);
                }
            }
        }
    }

    private static void Send(int pid, int signal)
    {
        if (Kill(pid, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not 3)
        {
            throw new InvalidOperationException($"signal {signal} to {pid} failed with {error}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
