using System.Text.Json;

namespace Crescent.Benchmarks.Load;

/// <summary>Collects rows; each is shown when it is there, and all together as a table at the end.</summary>
internal sealed class Report(FileInfo? jsonLines)
{
    private readonly List<Measurement> _rows = [];

    public void Add(Measurement row)
    {
        _rows.Add(row);
        Console.WriteLine($"{row.Scenario,-34} {row.PerSecond,9:F0}/s  p50 {row.P50:F2} ms  p99 {row.P99:F2} ms  {row.Remark}");
        if (jsonLines is not null)
        {
            File.AppendAllText(jsonLines.FullName, JsonSerializer.Serialize(row) + "\n");
        }
    }

    public void PrintTable()
    {
        Console.WriteLine();
        Console.WriteLine("| scenario | callers | count | per second | p50 ms | p90 ms | p99 ms | server CPU µs each | server MB | |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var row in _rows)
        {
            Console.WriteLine(
                $"| {row.Scenario} | {row.Callers} | {row.Count} | {row.PerSecond:F0} | {row.P50:F2} | {row.P90:F2} | {row.P99:F2} | {row.ServerCpuMicrosecondsEach:F0} | {row.ServerMegabytes:F0} | {row.Remark} |");
        }
    }
}
