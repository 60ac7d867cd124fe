using Microsoft.Extensions.Logging;
using Spindle.Kernel;
using Spindle.Selectors;

namespace Spindle.Loops;

/// <summary>An event loop on a <see cref="Selector"/>.</summary>
/// <inheritdoc cref="IEventLoop" path="/remarks"/>
public sealed partial class SelectorEventLoop : IEventLoop
{
    private const long MaxWaitTicks = 86_400 * TimeSpan.TicksPerSecond; // LOOP-13.
    private const int NotRunning = 0;
    private const int DescriptorsPerSending = 64;

    private readonly Selector _selector;
    private readonly Waker _waker;
    private readonly ReadyQueue _ready = new();
    private readonly PostedCalls _posted = new();
    private readonly TurnEndList _turnEnds = new();
    private readonly TimerQueue<TimerHandle> _timers = new();
    private readonly LoopErrors _errors;
    private readonly LoopSynchronizationContext _context;
    private readonly CancellationTokenSource _closing = new();
    private readonly ILoggerFactory? _loggers;
    private volatile ExecutionContext? _baseContext; // What callbacks run in unless they bring their own.
    private volatile int _threadId = NotRunning;
    private volatile bool _isClosed;
    private bool _isStopping;
    private bool _isBeforeFirstTurn;
    private ILoopReactor? _reactor;

    /// <summary>Makes a loop with the default selector.</summary>
    /// <exception cref="SystemCallException">The kernel gives no more descriptors.</exception>
    public SelectorEventLoop()
        : this(new EventLoopOptions())
    {
    }

    /// <summary>Makes a loop.</summary>
    /// <exception cref="SystemCallException">The kernel gives no more descriptors.</exception>
    public SelectorEventLoop(EventLoopOptions options)
        : this(options, new LinuxKernel())
    {
    }

    /// <summary>Makes a loop on a selector of one's own; the loop closes it with itself.</summary>
    public SelectorEventLoop(Selector selector)
        : this(new EventLoopOptions(), new LinuxKernel(), selector)
    {
    }

    internal SelectorEventLoop(EventLoopOptions options, IKernel kernel)
        : this(options, kernel, CreateSelector(options, kernel))
    {
    }

    private SelectorEventLoop(EventLoopOptions options, IKernel kernel, Selector selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        Kernel = kernel;
        _selector = selector;
        _loggers = options.LoggerFactory;
        Logger = CreateLogger(typeof(SelectorEventLoop));
        Debug = options.Debug;
        SlowCallbackDuration = options.SlowCallbackDuration;
        _errors = new LoopErrors(this, Logger);
        _context = new LoopSynchronizationContext(this);
        TaskScheduler = new LoopTaskScheduler(this);
        TimeProvider = new LoopTimeProvider(this);
        _executor = new LoopExecutor(kernel.WorkerThreads);
        _waker = CreateWaker();
    }

    /// <summary>Says that the loop was not closed, and closes what it holds.</summary>
    ~SelectorEventLoop()
    {
        if (!_isClosed && _waker is not null)
        {
            ReleaseKernel();
            _executor.ShutDown();
            LoopLog.NotClosed(Logger);
        }
    }

    /// <inheritdoc/>
    public TimeSpan Time => new(Kernel.Clock.MonotonicTicks);

    /// <inheritdoc/>
    public bool IsRunning => _threadId != NotRunning;

    /// <inheritdoc/>
    public bool IsClosed => _isClosed;

    /// <inheritdoc/>
    public SynchronizationContext SynchronizationContext => _context;

    /// <inheritdoc/>
    public TaskScheduler TaskScheduler { get; }

    /// <inheritdoc/>
    public TimeProvider TimeProvider { get; }

    /// <inheritdoc/>
    public ILogger Logger { get; }

    /// <summary>Which selector the loop waits with.</summary>
    public SelectorKind SelectorKind => _selector.Kind;

    internal IKernel Kernel { get; }

    /// <summary>Cancelled once the loop is closed.</summary>
    internal CancellationToken Closed => _closing.Token;

    internal bool IsOnLoopThread => _threadId == Environment.CurrentManagedThreadId;

    /// <summary>The reactor that runs on the loop, or null.</summary>
    internal ILoopReactor? Reactor => _reactor;

    /// <inheritdoc/>
    public bool CheckAccess() => _threadId == NotRunning || IsOnLoopThread;

    internal ILogger CreateLogger(Type category) => _loggers?.CreateLogger(category.FullName!) ?? StandardErrorLogger.Instance;

    /// <inheritdoc/>
    public void Close()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException("A running event loop cannot be closed; stop it first.");
        }

        if (_isClosed)
        {
            return;
        }

        _posted.Close();
        _ready.Clear();
        _timers.Clear();
        RemoveAllSignalHandlers();
        _executor.ShutDown();
        ReleaseKernel();
        _closing.Cancel();
    }

    /// <summary>Closes.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes an object the loop's one reactor.</summary>
    /// <exception cref="InvalidOperationException">It has one, or it runs in another thread.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    internal void ClaimForReactor(ILoopReactor reactor)
    {
        EnsureAccess(nameof(CallSoonThreadSafe));
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (Interlocked.CompareExchange(ref _reactor, reactor, null) is not null)
        {
            throw new InvalidOperationException("The event loop has a reactor already; a loop has one at a time.");
        }
    }

    internal void ReleaseFromReactor(ILoopReactor reactor) => Interlocked.CompareExchange(ref _reactor, null, reactor);

    internal void EnsureAccess(string instead)
    {
        if (!CheckAccess())
        {
            throw new InvalidOperationException($"This belongs to the event loop's thread; from another thread use {instead}.");
        }
    }

    private static Selector CreateSelector(EventLoopOptions options, IKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Selector is { } kind ? SelectorRegistry.Create(kind, kernel) : SelectorRegistry.CreateDefault(kernel);
    }

    // A work function that throws instead of returning a task fails the same way. What ends on the loop goes on there
    // inline; without the context the runtime would go by way of the thread pool.
    private static async Task<T> Start<T>(Func<Task<T>> work) => await work().ConfigureAwait(true);

    private Waker CreateWaker()
    {
        Waker? waker = null;
        try
        {
            waker = new Waker(Kernel);
            _selector.Register(waker.Fd, Interest.Read);
            return waker;
        }
        catch
        {
            // Half a loop must leave nothing open.
            waker?.Close();
            _selector.Close();
            throw;
        }
    }

    private void ReleaseKernel()
    {
        _isClosed = true;
        _selector.Close();
        _waker.Close();
    }

    /// <summary>One turn.</summary>
    /// <returns>As <see cref="RunTurn"/>.</returns>
    private int RunOnce(TimeSpan? maxWait)
    {
        TimeSpan? timeout = Timeout() is { } wait && !(wait > maxWait) ? wait : maxWait;
        if (timeout != TimeSpan.Zero && !_posted.TrySleep())
        {
            timeout = TimeSpan.Zero;
        }

        int queued = _ready.Count;
        foreach (ref readonly ReadyKey ready in _selector.Select(timeout))
        {
            QueueReady(ready.Key.Fd, ready.Ready);
        }

        int descriptors = _ready.Count - queued;

        if (_timers.Count > 0)
        {
            QueueDueTimers();
        }

        _posted.MoveTo(_ready);
        int count = _ready.Count;
        RunCallbacks(queued);
        RunDescriptors(descriptors);
        RunCallbacks(count - queued - descriptors);
        int done = _turnEnds.IsEmpty ? count : count + 1;
        RunTurnEnds();
        return done;
    }

    private TimeSpan? Timeout()
    {
        if (_ready.Count > 0 || _isStopping || !_turnEnds.IsEmpty)
        {
            return TimeSpan.Zero;
        }

        if (_timers.Count == 0)
        {
            return null;
        }

        // A time before the clock's origin is negative: the difference could overflow.
        long wait = Math.Max(_timers.FirstDue, 0) - Kernel.Clock.MonotonicTicks;
        return new TimeSpan(Math.Clamp(wait, 0, MaxWaitTicks));
    }

    private void QueueDueTimers()
    {
        long now = Kernel.Clock.MonotonicTicks;
        _timers.PrepareDue(now);
        while (_timers.TryTakeDue(now, out TimerHandle? timer))
        {
            _ready.Add(timer);
        }
    }

    // Exactly those that are present now: what they queue waits for the next turn, after another look at the
    // descriptors (LOOP-16).
    private void RunCallbacks(int count)
    {
        while (count-- > 0)
        {
            ReadyQueue.Entry entry = _ready.Take();
            if (_debug)
            {
                RunTimed(entry);
            }
            else
            {
                Run(entry);
            }
        }
    }

    // What a crowd wrote is sent while it is still in the processor's cache (measured: decision 0003).
    private void RunDescriptors(int count)
    {
        for (; count > DescriptorsPerSending; count -= DescriptorsPerSending)
        {
            RunCallbacks(DescriptorsPerSending);
            RunTurnEnds();
        }

        RunCallbacks(count);
    }

    private void Run(in ReadyQueue.Entry entry)
    {
        try
        {
            if (entry.Target is SendOrPostCallback posted)
            {
                posted(entry.State);
            }
            else
            {
                Handle handle = (Handle)entry.Target;
                handle.IsQueued = false;
                if (handle.IsCancelled)
                {
                    return;
                }

                Enter(handle.Context);
                handle.Invoke();
            }
        }
        catch (Exception exception)
        {
            ReportCallback(entry, exception);
        }

        RestoreContexts();
    }

    private void Enter(ExecutionContext? context)
    {
        if (context is not null && context != _baseContext)
        {
            ExecutionContext.Restore(context);
        }
    }

    // At most two rounds: an object that adds itself while it is told is told once more, then waits for the next turn.
    private void RunTurnEnds()
    {
        for (int round = 0; round < 2 && !_turnEnds.IsEmpty; round++)
        {
            ITurnEnd? item = _turnEnds.TakeAll();
            while (item is not null)
            {
                ITurnEnd? next = TurnEndList.Take(item);
                try
                {
                    item.OnTurnEnd();
                }
                catch (Exception exception)
                {
                    _errors.Report(new LoopError("An object failed at the end of a turn", exception) { Origin = item.GetType().FullName });
                }

                RestoreContexts();
                item = next;
            }
        }
    }

    // What a callback left behind must not leak into the next one (design I10 (e)).
    private void RestoreContexts()
    {
        if (ExecutionContext.Capture() != _baseContext)
        {
            ExecutionContext.Restore(_baseContext!);
        }

        if (SynchronizationContext.Current != _context)
        {
            SynchronizationContext.SetSynchronizationContext(_context);
        }
    }
}
