using Microsoft.Extensions.Logging;
using Xunit;

namespace Crescent.NodeAgent.Tests.Pods;

/// <summary>Log lines into the output of the test.</summary>
internal sealed class TestLog(ITestOutputHelper? output) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        output?.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {logLevel} {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
