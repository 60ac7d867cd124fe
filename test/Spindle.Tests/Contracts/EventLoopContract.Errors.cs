using Microsoft.Extensions.Logging;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <content>Errors and debug mode.</content>
public abstract partial class EventLoopContract
{
    [Theory, Clause("LOOP-29")]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(OutOfMemoryException))]
    [InlineData(typeof(NullReferenceException))]
    public void Callback_Fails_IsReportedAndTheLoopGoesOn(Type type)
    {
        Exception failure = (Exception)Activator.CreateInstance(type)!;
        List<LoopError> errors = CollectErrors(Loop);
        int runs = 0;
        PipeEnds pipe = CreateFullPipe();
        Handle failing = Loop.CallSoon(() => throw failure);
        Loop.AddReader(pipe.Read, () => throw failure);
        TimerHandle timer = Loop.CallLater(TimeSpan.Zero, () => throw failure);
        Loop.CallSoonThreadSafe(() => runs++);

        RunTurn();

        Assert.Equal(1, runs);
        Assert.Equal(3, errors.Count);
        Assert.All(errors, error => Assert.Same(failure, error.Exception));
        Assert.Same(failing, errors[0].Handle);
        Assert.Same(timer, errors[2].Handle);
        Assert.Null(errors[0].Origin);
    }

    [Fact, Clause("LOOP-29", "LOOP-32")]
    public void Callback_FailsInDebugMode_IsReportedWithWhereItWasScheduled()
    {
        SelectorEventLoop loop = NewLoop(debug: true);
        List<LoopError> errors = CollectErrors(loop);
        Handle handle = loop.CallSoon(() => throw new InvalidOperationException());

        RunTurn(loop);

        Assert.Contains(nameof(Callback_FailsInDebugMode_IsReportedWithWhereItWasScheduled), handle.CreationStack, StringComparison.Ordinal);
        Assert.Equal(handle.CreationStack, Assert.Single(errors).Origin);
    }

    [Fact, Clause("LOOP-30")]
    public void ExceptionHandler_Set_IsCalledWithTheLoopInsteadOfTheLog()
    {
        IEventLoop? seen = null;
        LoopError error = new("Something happened", null);
        Loop.ExceptionHandler = (loop, _) => seen = loop;

        Loop.CallExceptionHandler(error);
        Assert.Same(Loop, seen);
        Assert.Empty(Log.Take());

        Loop.ExceptionHandler = null;
        Loop.CallExceptionHandler(error);
        Assert.Equal("Something happened", Assert.Single(Log.Take()).Text);
        Assert.Throws<ArgumentNullException>(() => Loop.CallExceptionHandler(null!));
    }

    [Fact, Clause("LOOP-30")]
    public void ExceptionHandler_Fails_IsLoggedWithTheOriginalError()
    {
        InvalidOperationException original = new("The callback fails.");
        InvalidOperationException second = new("The handler fails.");
        Loop.ExceptionHandler = (_, _) => throw second;
        int runs = 0;
        Loop.CallSoon(() => throw original);
        Loop.CallSoon(() => runs++);

        RunTurn();

        Assert.Equal(1, runs);
        LogRecord record = Assert.Single(Log.Take());
        Assert.Equal(LogLevel.Error, record.Level);
        Assert.Contains("A callback failed", record.Text, StringComparison.Ordinal);
        Assert.Equal([second, original], Assert.IsType<AggregateException>(record.Exception).InnerExceptions);
    }

    [Fact, Clause("LOOP-30")]
    public void DefaultHandler_LoggerFails_IsSwallowed()
    {
        Log.OnRecord = _ => throw new InvalidOperationException("The logger fails.");
        int runs = 0;
        Loop.CallSoon(() => throw new InvalidOperationException("The callback fails."));
        Loop.CallSoon(() => runs++);

        RunTurn();

        Assert.Equal(1, runs);
        Assert.Single(Log.Take());
    }

    [Fact, Clause("LOOP-31")]
    public void DefaultHandler_Error_IsOneRecordWithEverythingSorted()
    {
        InvalidOperationException failure = new("It fails.");

        Loop.CallExceptionHandler(new LoopError("Something happened", failure)
        {
            Origin = "somewhere",
            Details = new Dictionary<string, object?> { ["zebra"] = 1, ["apple"] = null },
        });

        LogRecord record = Assert.Single(Log.Take());
        Assert.Equal(LogLevel.Error, record.Level);
        Assert.Equal(typeof(SelectorEventLoop).FullName, record.Category);
        Assert.Same(failure, record.Exception);
        Assert.Equal(["Something happened", "apple: ", "origin: somewhere", "zebra: 1"], record.Text.Split(Environment.NewLine));
    }

    [Theory, Clause("LOOP-32")]
    [InlineData(0, 1)]
    [InlineData(-1, 0)]
    [InlineData(1, 1)]
    public void DebugMode_SlowCallback_IsLogged(int ticksMore, int records)
    {
        TimeSpan slow = TimeSpan.FromMilliseconds(100);
        ManualClock clock = new();
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Clock = clock }, debug: true, slow);
        loop.CallSoon(BeSlow);

        RunTurn(loop);

        IReadOnlyList<LogRecord> logged = Log.Take();
        Assert.Equal(records, logged.Count);
        Assert.All(logged, record =>
        {
            Assert.Equal(LogLevel.Warning, record.Level);
            Assert.Contains("100", record.Text, StringComparison.Ordinal);
            Assert.Contains(nameof(BeSlow), record.Text, StringComparison.Ordinal);
        });

        void BeSlow() => clock.Advance(slow + TimeSpan.FromTicks(ticksMore));
    }

    [Fact, Clause("LOOP-32", "I3")]
    public void DebugMode_SlowCallbackAndLoggerFails_TheLoopGoesOn()
    {
        SelectorEventLoop loop = NewLoop(debug: true, slow: TimeSpan.Zero);
        Log.OnRecord = _ => throw new InvalidOperationException("The logger fails.");
        int runs = 0;
        loop.CallSoon(() => runs++);
        loop.CallSoon(() => runs++);

        RunTurn(loop);

        Assert.Equal(2, runs);
        Assert.Equal(2, Log.Take().Count);
    }

    [Fact, Clause("LOOP-32")]
    public void SlowCallback_NotInDebugMode_IsNotLogged()
    {
        ManualClock clock = new();
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Clock = clock }, debug: false, slow: TimeSpan.Zero);
        loop.CallSoon(() => clock.Advance(TimeSpan.FromSeconds(1)));

        RunTurn(loop);

        Assert.Empty(Log.Take());
    }

    [Fact, Clause("LOOP-32")]
    public void DebugMode_CancelledCallback_IsNotSlow()
    {
        SelectorEventLoop loop = NewLoop(debug: true, slow: TimeSpan.Zero);
        loop.CallSoon(() => { }).Cancel();

        RunTurn(loop);

        Assert.Empty(Log.Take());
    }

    [Fact, Clause("LOOP-32")]
    public void Options_Defaults_AreThoseOfTheOriginal()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(100), new EventLoopOptions().SlowCallbackDuration);
        Assert.Null(new EventLoopOptions().Selector);
    }

    [Fact, Clause("LOOP-33")]
    public void Debug_ChangedWhileRunning_CountsAtOnce()
    {
        SelectorEventLoop loop = NewLoop(slow: TimeSpan.Zero);
        Handle before = null!;
        Handle during = null!;
        Handle after = null!;
        loop.CallSoon(() =>
        {
            before = loop.CallSoon(() => { });
            loop.Debug = true;
            during = loop.CallSoon(() => { });
        });
        loop.CallSoon(NamedCallback);
        loop.CallSoon(() =>
        {
            loop.Debug = false;
            after = loop.CallSoon(() => { });
        });

        RunTurn(loop);

        Assert.Null(before.CreationStack);
        Assert.NotNull(during.CreationStack);
        Assert.Null(after.CreationStack);
        Assert.Contains(Log.Take(), record => record.Text.Contains(nameof(NamedCallback), StringComparison.Ordinal));

        static void NamedCallback()
        {
        }
    }
}
